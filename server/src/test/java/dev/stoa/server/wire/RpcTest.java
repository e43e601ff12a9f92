package dev.stoa.server.wire;

import static dev.stoa.server.wire.Talk.ASK;
import static dev.stoa.server.wire.Talk.HEARD;
import static dev.stoa.server.wire.Talk.KNOCK;
import static dev.stoa.server.wire.Talk.KNOCKED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.RpcType;
import dev.stoa.server.router.Dispatch;
import dev.stoa.server.router.Router;
import dev.stoa.server.router.RouterOptions;
import dev.stoa.server.router.RpcContext;
import dev.stoa.server.router.SendOptions;
import dev.stoa.server.wire.Talk.Text;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Calls and their one answer (router protocol, section 5).
class RpcTest {
    private static final RpcType<Void, Void> BARE = RpcType.of("BARE", Void.class, "BARE_DONE", Void.class);

    private static String ask(String id, String text) {
        return "{'type':'ASK','meta':{'correlationId':'" + id + "'},'payload':{'text':'" + text + "'}}";
    }

    private static String idOf(JsonNode frame) {
        return frame.at("/meta/correlationId").asString(null);
    }

    private static Router echo(RouterOptions options) {
        return Router.create(options).rpc(ASK, ctx -> ctx.reply(ctx.payload()));
    }

    private static Router echo() {
        return echo(RouterOptions.usual());
    }

    @ParameterizedTest
    @Row(28)
    @EnumSource(Dispatch.class)
    void aReplyHasTheResponseTypeTheIdAndThePayload(Dispatch dispatch) {
        Router router = Router.create();
        router.route(ASK).dispatch(dispatch).rpc(ctx -> ctx.reply(ctx.payload()));
        try (Hall hall = Hall.of(router)) {
            JsonNode answer = hall.peer()
                    .tell(ask("8daf0ed8-145c-4168-92be-40c6f7038ee0", "x"))
                    .expect("ANSWER");

            assertThat(answer.propertyNames()).containsExactly("type", "meta", "payload");
            assertThat(answer.get("meta").propertyNames()).containsExactly("timestamp", "correlationId");
            assertThat(idOf(answer)).isEqualTo("8daf0ed8-145c-4168-92be-40c6f7038ee0");
            assertThat(answer.get("payload").toString()).isEqualTo("{\"text\":\"x\"}");
        }
    }

    @Test
    @Row(28)
    void aCallWithoutPayloadsIsAnsweredWithoutOne() {
        try (Hall hall = Hall.of(Router.create().rpc(BARE, RpcContext::reply))) {
            JsonNode answer = hall.peer()
                    .tell("{'type':'BARE','meta':{'correlationId':'1'}}")
                    .expect("BARE_DONE");

            assertThat(answer.propertyNames()).containsExactly("type", "meta");
        }
    }

    @Test
    @Row(28)
    void anAnswerMayComeLongAfterTheHandlerHasReturned() {
        List<RpcContext<Text, Text>> kept = new CopyOnWriteArrayList<>();
        Router router = Router.create().rpc(ASK, kept::add).on(KNOCK, ctx -> ctx.send(KNOCKED));
        try (Hall hall = Hall.of(router)) {
            RawPeer peer = hall.peer().tell(ask("later", "x")).tell("{'type':'KNOCK'}");
            peer.expect("KNOCKED");
            org.awaitility.Awaitility.await().until(() -> kept.size() == 1);

            kept.getFirst().progress(1);
            kept.getFirst().reply(new Text("y"));

            assertThat(peer.expect("$ws:rpc-progress").get("data").asInt()).isEqualTo(1);
            assertThat(idOf(peer.expect("ANSWER"))).isEqualTo("later");
        }
    }

    @Test
    @Row(29)
    void aCallWithoutIdIsAnsweredWithOneThatHandlersSee() {
        Router router =
                Router.create().rpc(ASK, ctx -> ctx.reply(new Text(ctx.meta().correlationId())));
        try (Hall hall = Hall.of(router)) {
            RawPeer peer = hall.peer();
            Set<String> ids = new HashSet<>();

            for (int i = 0; i < 2; i++) {
                JsonNode answer =
                        peer.tell("{'type':'ASK','payload':{'text':'x'}}").expect("ANSWER");
                assertThat(idOf(answer)).isNotBlank();
                assertThat(answer.at("/payload/text").asString()).isEqualTo(idOf(answer));
                assertThat(answer.get("meta").propertyNames()).containsExactly("timestamp", "correlationId");
                ids.add(idOf(answer));
            }
            assertThat(ids).hasSize(2);
        }
    }

    @ParameterizedTest
    @Row(30)
    @ValueSource(
            strings = {
                "a b  c",
                " lead and trail ",
                "日本語🦊",
                "a\\\\b\\n\\u0000\\/'",
                "0",
                "null",
                "$ws:abort",
                "\u2028\u00e9e\u0301"
            })
    void oddIdsComeBackByteForByte(String id) {
        try (Hall hall = Hall.of(echo())) {
            RawPeer peer = hall.peer();
            String frame =
                    "{\"type\":\"ASK\",\"meta\":{\"correlationId\":\"" + id + "\"},\"payload\":{\"text\":\"x\"}}";
            String sent = tools.jackson.databind.json.JsonMapper.shared()
                    .readTree(frame)
                    .at("/meta/correlationId")
                    .asString();

            assertThat(idOf(peer.send(frame).expect("ANSWER"))).isEqualTo(sent);
        }
    }

    @Test
    @Row(30)
    void anIdOf200CharactersComesBack() {
        try (Hall hall = Hall.of(echo())) {
            String id = "i".repeat(200);

            assertThat(idOf(hall.peer().tell(ask(id, "x")).expect("ANSWER"))).isEqualTo(id);
        }
    }

    @Test
    @Row(30)
    void idsBelongToTheirConnection() {
        CyclicBarrier both = new CyclicBarrier(2);
        Router router = Router.create().rpc(ASK, ctx -> {
            both.await(10, TimeUnit.SECONDS);
            ctx.reply(ctx.payload());
        });
        try (Hall hall = Hall.of(router)) {
            RawPeer ada = hall.peer().tell(ask("same", "ada"));
            RawPeer bob = hall.peer().tell(ask("same", "bob"));

            assertThat(ada.expect("ANSWER").at("/payload/text").asString()).isEqualTo("ada");
            assertThat(bob.expect("ANSWER").at("/payload/text").asString()).isEqualTo("bob");
        }
    }

    @Test
    @Row(31)
    void progressComesInOrderBeforeTheReplyUnderData() {
        Router router = Router.create().rpc(ASK, ctx -> {
            ctx.progress(Map.of("step", 1));
            ctx.progress(List.of(2, "two"));
            ctx.progress(null);
            ctx.reply(ctx.payload());
        });
        try (Hall hall = Hall.of(router)) {
            RawPeer peer = hall.peer().tell(ask("c3", "x"));

            JsonNode first = peer.expect("$ws:rpc-progress");
            JsonNode second = peer.expect("$ws:rpc-progress");
            JsonNode third = peer.expect("$ws:rpc-progress");
            JsonNode answer = peer.expect("ANSWER");

            assertThat(first.propertyNames()).containsExactly("type", "meta", "data");
            assertThat(first.get("meta").propertyNames()).containsExactly("timestamp", "correlationId");
            assertThat(first.get("data").toString()).isEqualTo("{\"step\":1}");
            assertThat(second.get("data").toString()).isEqualTo("[2,\"two\"]");
            assertThat(third.has("data")).isFalse();
            assertThat(List.of(idOf(first), idOf(second), idOf(third), idOf(answer)))
                    .containsOnly("c3");
        }
    }

    @Test
    @Row(31)
    void progressCanBeThrottled() {
        ManualTimers timers = new ManualTimers();
        RouterOptions options = RouterOptions.usual().withProgressThrottle(java.time.Duration.ofMillis(100));
        Router router = Router.create(options).rpc(ASK, ctx -> {
            for (int step = 0; step < 5; step++) {
                ctx.progress(step);
                timers.advance(java.time.Duration.ofMillis(60));
            }
            ctx.reply(ctx.payload());
        });
        try (Hall hall = Hall.of(router, settings -> settings.timers(timers))) {
            RawPeer peer = hall.peer().tell(ask("1", "x"));

            List<Integer> steps = new ArrayList<>();
            peer.until("ANSWER").forEach(frame -> steps.add(frame.path("data").asInt(-1)));

            assertThat(steps).containsExactly(0, 2, 4, -1);
        }
    }

    @Test
    @Row(32)
    void onlyTheFirstAnswerLeaves() {
        Router router = Router.create()
                .rpc(ASK, ctx -> {
                    switch (ctx.payload().text()) {
                        case "reply then error" -> {
                            ctx.reply(new Text("first"));
                            ctx.error(ErrorCode.NOT_FOUND);
                        }
                        case "error then reply" -> {
                            ctx.error(ErrorCode.NOT_FOUND);
                            ctx.reply(new Text("second"));
                        }
                        case "double reply" -> {
                            ctx.reply(new Text("first"));
                            ctx.reply(new Text("second"));
                        }
                        case "double error" -> {
                            ctx.error(ErrorCode.NOT_FOUND);
                            ctx.error(ErrorCode.ABORTED);
                        }
                        case "progress after reply" -> {
                            ctx.reply(new Text("first"));
                            ctx.progress(1);
                        }
                        default -> {
                            ctx.reply(new Text("first"));
                            throw new IllegalStateException("after the answer");
                        }
                    }
                })
                .on(KNOCK, ctx -> ctx.send(KNOCKED));
        List<String> ways = List.of(
                "reply then error",
                "error then reply",
                "double reply",
                "double error",
                "progress after reply",
                "reply then throw");
        try (Hall hall = Hall.of(router)) {
            RawPeer peer = hall.peer();
            for (int round = 0; round < 50; round++) {
                for (String way : ways) {
                    JsonNode answer = peer.tell(ask(way + round, way)).next();

                    assertThat(idOf(answer)).isEqualTo(way + round);
                    boolean error = way.contains("error then") || way.equals("double error");
                    assertThat(
                                    error
                                            ? answer.at("/payload/code").asString()
                                            : answer.at("/payload/text").asString())
                            .isEqualTo(error ? "NOT_FOUND" : "first");
                }
            }
            peer.tell("{'type':'KNOCK'}").expect("KNOCKED");
        }
    }

    @Test
    @Row(32)
    void answersThatRaceOnManyThreadsAreOneAndNothingFollowsIt() {
        Router router = Router.create().rpc(ASK, ctx -> {
            CountDownLatch go = new CountDownLatch(1);
            List<Thread> threads = List.of(
                    Thread.startVirtualThread(() -> after(go, () -> ctx.reply(new Text("r")))),
                    Thread.startVirtualThread(() -> after(go, () -> ctx.error(ErrorCode.ABORTED))),
                    Thread.startVirtualThread(() -> after(go, () -> ctx.progress(1))));
            go.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
        });
        try (Hall hall = Hall.of(router)) {
            RawPeer peer = hall.peer();
            for (int round = 0; round < 300; round++) {
                peer.tell(ask("r" + round, "x"));
            }
            Set<String> answered = new HashSet<>();
            while (answered.size() < 300) {
                JsonNode frame = peer.next();
                assertThat(answered).doesNotContain(idOf(frame));
                if (!frame.get("type").asString().equals("$ws:rpc-progress")) {
                    answered.add(idOf(frame));
                }
            }
            assertThat(idOf(peer.tell(ask("last", "x")).next())).isEqualTo("last");
        }
    }

    private static void after(CountDownLatch latch, Runnable work) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
        work.run();
    }

    @Test
    @Row(33)
    void aMessageSentInACallHasNoIdUnlessTheHandlerAsks() {
        Router router = Router.create().rpc(ASK, ctx -> {
            ctx.send(HEARD, ctx.payload());
            ctx.send(HEARD, ctx.payload(), SendOptions.none().inheritingCorrelationId());
            ctx.send(HEARD, ctx.payload(), SendOptions.none().withCorrelationId("other"));
            ctx.reply(ctx.payload());
        });
        try (Hall hall = Hall.of(router)) {
            RawPeer peer = hall.peer().tell(ask("c1", "x"));

            assertThat(peer.expect("HEARD").get("meta").propertyNames()).containsExactly("timestamp");
            assertThat(idOf(peer.expect("HEARD"))).isEqualTo("c1");
            assertThat(idOf(peer.expect("HEARD"))).isEqualTo("other");
            assertThat(idOf(peer.expect("ANSWER"))).isEqualTo("c1");
        }
    }

    @ParameterizedTest
    @Row(34)
    @ValueSource(strings = {"blank", "null text", "no payload", "bad meta", "meta that is no JSON"})
    void aReplyThatBreaksItsContractIsAnInternalErrorAndFreesItsPlace(String way) {
        RouterOptions options = RouterOptions.usual().withMaxInflightRpcsPerSession(1);
        Router router = Router.create(options).rpc(ASK, ctx -> {
            switch (ctx.payload().text()) {
                case "blank" -> ctx.reply(new Text(" "));
                case "null text" -> ctx.reply(new Text(null));
                case "no payload" -> ctx.reply();
                case "bad meta" -> ctx.reply(new Text("x"), SendOptions.none().withMeta(Map.of("room", 1)));
                case "meta that is no JSON" ->
                    ctx.reply(new Text("x"), SendOptions.none().withMeta(Map.of("room", new Object() {
                        @SuppressWarnings("unused") // read by the encoder
                        public String getBroken() {
                            throw new IllegalStateException("broken");
                        }
                    })));
                default -> ctx.reply(new Text("fine"));
            }
        });
        try (Hall hall = Hall.of(router)) {
            RawPeer peer = hall.peer();

            JsonNode error = peer.tell(ask("c1", way)).expectError("RPC_ERROR", "INTERNAL");

            assertThat(error.toString())
                    .isEqualTo("{\"code\":\"INTERNAL\",\"message\":\"Internal server error\",\"retryable\":false}");
            peer.tell(ask("c2", "ok")).expect("ANSWER");
        }
    }

    @Test
    @Row(34)
    void anInvalidEventIsAnExceptionToItsSenderAndNothingIsSent() {
        Router router = Router.create().on(KNOCK, ctx -> {
            try {
                ctx.send(HEARD, new Text(""));
            } catch (IllegalArgumentException refused) {
                ctx.send(KNOCKED);
            }
        });
        try (Hall hall = Hall.of(router)) {
            hall.peer().tell("{'type':'KNOCK'}").expect("KNOCKED");
        }
    }

    @Test
    @Row(35)
    void anInvalidCallIsAnsweredWithItsIdAndNotHandled() {
        List<String> handled = new CopyOnWriteArrayList<>();
        Router router = Router.create().rpc(ASK, ctx -> {
            handled.add(ctx.payload().text());
            ctx.reply(ctx.payload());
        });
        try (Hall hall = Hall.of(router)) {
            RawPeer peer = hall.peer();

            JsonNode frame = peer.tell("{'type':'ASK','meta':{'correlationId':'c1'},'payload':{}}")
                    .expect("RPC_ERROR");

            assertThat(idOf(frame)).isEqualTo("c1");
            assertThat(frame.at("/payload/code").asString()).isEqualTo("INVALID_ARGUMENT");
            assertThat(frame.at("/payload/message").asString()).isEqualTo("Request validation failed");
            assertThat(frame.at("/payload/retryable").asBoolean(true)).isFalse();
            peer.tell(ask("c2", "ok")).expect("ANSWER");
            assertThat(handled).containsExactly("ok");
        }
    }

    @ParameterizedTest
    @Row(35)
    @ValueSource(
            strings = {
                "{'type':'ASK','payload':{}}",
                "{'type':'ASK','meta':{'correlationId':' '},'payload':{}}",
                "{'type':'ASK','meta':{'correlationId':''},'payload':{'text':'x'}}",
                "{'type':'ASK','meta':{'correlationId':null},'payload':{'text':'x'}}",
                "{'type':'ASK','meta':{'correlationId':7},'payload':{'text':'x'}}"
            })
    void anInvalidCallWithoutUsableIdIsAnsweredAsAnEvent(String call) {
        try (Hall hall = Hall.of(echo())) {
            JsonNode error = hall.peer().tell(call).expectError("ERROR", "INVALID_ARGUMENT");

            assertThat(error.get("message").asString()).isEqualTo("RPC request requires non-empty meta.correlationId");
        }
    }

    @Test
    @Row({36, 37})
    void callsBeyondTheLimitAreRefusedAndARefusalFreesNoPlace() {
        Semaphore finish = new Semaphore(0);
        RouterOptions options = RouterOptions.usual().withMaxInflightRpcsPerSession(3);
        Router router = Router.create(options).rpc(ASK, ctx -> {
            assertThat(finish.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
            ctx.reply(ctx.payload());
        });
        try (Hall hall = Hall.of(router)) {
            RawPeer peer = hall.peer();
            for (int i = 1; i <= 6; i++) {
                peer.tell(ask("c" + i, "x"));
            }

            for (int i = 4; i <= 6; i++) {
                JsonNode refused = peer.expect("RPC_ERROR");
                assertThat(idOf(refused)).isEqualTo("c" + i);
                assertThat(refused.get("payload").toString())
                        .isEqualTo("{\"code\":\"RESOURCE_EXHAUSTED\",\"message\":\"Too many in-flight RPCs\","
                                + "\"retryable\":true,\"retryAfterMs\":100}");
            }

            finish.release(1);
            peer.expect("ANSWER");
            peer.tell(ask("c7", "x")).tell(ask("c8", "x"));
            assertThat(idOf(peer.expect("RPC_ERROR"))).isEqualTo("c8");
            finish.release(3);
            Set<String> answered = new HashSet<>();
            for (int i = 0; i < 3; i++) {
                answered.add(idOf(peer.expect("ANSWER")));
            }
            assertThat(answered).contains("c7");
        }
    }

    @Test
    @Row(37)
    void everyWayToAnswerFreesThePlaceBeforeTheAnswerIsSeen() {
        RouterOptions options = RouterOptions.usual().withMaxInflightRpcsPerSession(1);
        Router router = Router.create(options).rpc(ASK, ctx -> {
            switch (ctx.payload().text()) {
                case "reply" -> ctx.reply(ctx.payload());
                case "error" -> ctx.error(ErrorCode.NOT_FOUND);
                default -> throw new IllegalStateException("x");
            }
        });
        try (Hall hall = Hall.of(router)) {
            RawPeer peer = hall.peer();
            for (int round = 0; round < 200; round++) {
                for (String way : List.of("reply", "error", "throw")) {
                    JsonNode answer = peer.tell(ask(way + round, way)).next();

                    assertThat(answer.at("/payload/code").asString("none")).isNotEqualTo("RESOURCE_EXHAUSTED");
                    assertThat(idOf(answer)).isEqualTo(way + round);
                }
            }
        }
    }
}
