package dev.stoa.server.wire;

import static dev.stoa.server.wire.Talk.ASK;
import static dev.stoa.server.wire.Talk.HEARD;
import static dev.stoa.server.wire.Talk.SAY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.server.router.AuthVerdict;
import dev.stoa.server.router.LimitExceeded;
import dev.stoa.server.router.Router;
import dev.stoa.server.router.RouterOptions;
import dev.stoa.server.router.RouterOptions.OnOversize;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// How large a message may be, and what happens beyond (router protocol, section 11.1).
class LimitsTest {
    private static final RouterOptions AT_MOST_2000 = RouterOptions.usual().withMaxPayloadBytes(2000);

    private static Router echo(RouterOptions options) {
        return Router.create(options)
                .on(SAY, ctx -> ctx.send(HEARD, ctx.payload()))
                .rpc(ASK, ctx -> ctx.reply(ctx.payload()));
    }

    /// A valid message of exactly that many bytes, filled with a character.
    private static String say(int bytes, String filler) {
        String empty = "{\"type\":\"SAY\",\"payload\":{\"text\":\"\"}}";
        int left = bytes - empty.length();
        int width = filler.getBytes(StandardCharsets.UTF_8).length;
        String text = filler.repeat(left / width) + "x".repeat(left % width);
        return empty.replace("\"text\":\"", "\"text\":\"" + text);
    }

    @Test
    @Row(19)
    void aMessageExactlyAtTheLimitIsAccepted() {
        try (Hall hall = Hall.of(echo(AT_MOST_2000))) {
            hall.peer().send(say(2000, "x")).expect("HEARD");
        }
    }

    @Test
    @Row(19)
    void aMessageOneByteOverTheLimitIsAnsweredWithObservedAndLimit() {
        List<String> errors = new CopyOnWriteArrayList<>();
        BlockingQueue<LimitExceeded> exceeded = new LinkedBlockingQueue<>();
        Router router = echo(AT_MOST_2000)
                .onError((error, _) -> errors.add(error.code()))
                .onLimitExceeded(exceeded::add);
        try (Hall hall = Hall.of(router)) {
            RawPeer peer = hall.peer();

            JsonNode frame = peer.send(say(2001, "x")).expect("ERROR");

            assertThat(frame.at("/meta/correlationId").isMissingNode()).isTrue();
            assertThat(frame.get("payload")).isEqualTo(JsonMapper.shared().readTree("""
                            {"code":"RESOURCE_EXHAUSTED","message":"Limit exceeded (2001 > 2000)",
                             "details":{"observed":2001,"limit":2000},"retryable":true,"retryAfterMs":100}"""));
            assertThat(exceeded(exceeded).observed()).isEqualTo(2001);
            peer.send(say(2000, "x")).expect("HEARD");
            assertThat(errors).isEmpty();
        }
    }

    @Test
    @Row(19)
    void theUsualLimitIsAMillionBytes() {
        try (Hall hall = Hall.of(echo(RouterOptions.usual()))) {
            RawPeer peer = hall.peer();

            peer.send(say(1_000_000, "x")).expect("HEARD");
            assertThat(peer.send(say(1_000_001, "x"))
                            .expect("ERROR")
                            .at("/payload/message")
                            .asString())
                    .isEqualTo("Limit exceeded (1000001 > 1000000)");
        }
    }

    @Test
    @Row(20)
    void anOversizeCallIsAnsweredWithItsId() {
        try (Hall hall = Hall.of(echo(AT_MOST_2000))) {
            RawPeer peer = hall.peer();
            String text = "x".repeat(3000);

            peer.tell("{'type':'ASK','meta':{'correlationId' : 'c 1é'},'payload':{'text':'" + text + "'}}");
            JsonNode early = peer.expect("RPC_ERROR");
            peer.tell("{'type':'ASK','payload':{'text':'" + text + "'},'meta':{'correlationId':'c2'}}");
            JsonNode late = peer.expect("RPC_ERROR");
            peer.tell("{'type':'ASK','payload':{'text':'" + text + "'},'meta':{'correlationId':'  '}}");
            JsonNode blank = peer.expect("ERROR");

            assertThat(early.at("/meta/correlationId").asString()).isEqualTo("c 1é");
            assertThat(early.at("/payload/code").asString()).isEqualTo("RESOURCE_EXHAUSTED");
            assertThat(late.at("/meta/correlationId").asString()).isEqualTo("c2");
            assertThat(blank.at("/meta/correlationId").isMissingNode()).isTrue();
        }
    }

    @Test
    @Row(21)
    void anOversizeMessageClosesWhereTheRouterSaysSo() {
        BlockingQueue<LimitExceeded> exceeded = new LinkedBlockingQueue<>();
        Router router = echo(AT_MOST_2000.withOnOversize(OnOversize.CLOSE)).onLimitExceeded(exceeded::add);
        try (Hall hall = Hall.of(router)) {
            RawPeer peer = hall.peer();

            RawPeer.Frame close = peer.send(say(2001, "x")).expectClose(1009);

            assertThat(close.closeReason()).isEqualTo("RESOURCE_EXHAUSTED");
            assertThat(exceeded(exceeded).limit()).isEqualTo(2000);
            assertThat(peer.isCutOff()).isTrue();
        }
    }

    @Test
    @Row(21)
    void theCloseCodeCanBeChosen() {
        RouterOptions options = AT_MOST_2000.withOnOversize(OnOversize.CLOSE).withOversizeCloseCode(4009);
        try (Hall hall = Hall.of(echo(options))) {
            hall.peer().send(say(2001, "x")).expectClose(4009);
        }
    }

    @Test
    @Row(21)
    void anOversizeMessageIsLeftToTheLimitHandlerWhereTheRouterSaysSo() {
        BlockingQueue<LimitExceeded> exceeded = new LinkedBlockingQueue<>();
        Router router = echo(AT_MOST_2000.withOnOversize(OnOversize.CUSTOM))
                .onLimitExceeded(_ -> {
                    throw new IllegalStateException("broken limit handler");
                })
                .onLimitExceeded(exceeded::add);
        try (Hall hall = Hall.of(router)) {
            RawPeer peer = hall.peer();

            peer.send(say(2001, "x"));
            peer.send(say(100, "y")).expect("HEARD");

            assertThat(exceeded(exceeded).session().id()).isEqualTo(peer.header("x-client-id"));
        }
    }

    @Test
    @Row(22)
    void bytesCountNotCharacters() {
        try (Hall hall = Hall.of(echo(AT_MOST_2000))) {
            RawPeer peer = hall.peer();

            String atLimit = say(2000, "🦊");
            assertThat(atLimit.length()).isLessThan(1100);
            peer.send(atLimit).expect("HEARD");
            JsonNode error = peer.send(say(2001, "é")).expectError("ERROR", "RESOURCE_EXHAUSTED");

            assertThat(error.at("/details/observed").asInt()).isEqualTo(2001);
        }
    }

    @Test
    @Row(22)
    void theBytesOfAllFragmentsCount() {
        try (Hall hall = Hall.of(echo(AT_MOST_2000))) {
            RawPeer peer = hall.peer();
            byte[] message = say(2001, "x").getBytes(StandardCharsets.UTF_8);

            peer.sendFrame(1, false, java.util.Arrays.copyOf(message, 1500));
            peer.sendFrame(0, true, java.util.Arrays.copyOfRange(message, 1500, 2001));

            assertThat(peer.expectError("ERROR", "RESOURCE_EXHAUSTED")
                            .at("/details/observed")
                            .asInt())
                    .isEqualTo(2001);
        }
    }

    @Test
    void beforeAuthorizationTheLimitIsSmaller() {
        Router router =
                echo(RouterOptions.usual().withMaxPayloadBytesBeforeAuth(500)).onAuth(_ -> AuthVerdict.ALLOWED);
        try (Hall hall = Hall.of(router)) {
            RawPeer peer = hall.peer();

            JsonNode early = peer.send(say(501, "x")).expectError("ERROR", "RESOURCE_EXHAUSTED");
            assertThat(early.at("/details/limit").asInt()).isEqualTo(500);
            peer.send(say(500, "x")).expect("HEARD");
            peer.send(say(100_000, "x")).expect("HEARD");
        }
    }

    @Test
    void beforeAuthorizationTheTransportHoldsLittleToo() {
        Router router =
                echo(RouterOptions.usual().withMaxPayloadBytesBeforeAuth(500)).onAuth(_ -> AuthVerdict.ALLOWED);
        try (Hall hall = Hall.of(router)) {
            hall.peer().send(say(200_000, "x")).expectClose(1009);
        }
    }

    private static LimitExceeded.Payload exceeded(BlockingQueue<LimitExceeded> events) {
        try {
            return (LimitExceeded.Payload) events.poll(10, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}
