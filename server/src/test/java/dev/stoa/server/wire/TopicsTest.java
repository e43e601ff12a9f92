package dev.stoa.server.wire;

import static dev.stoa.server.wire.Chat.SAID;
import static dev.stoa.server.wire.Chat.SAY;
import static dev.stoa.server.wire.Chat.await;
import static dev.stoa.server.wire.Chat.call;
import static dev.stoa.server.wire.Chat.event;
import static dev.stoa.server.wire.Chat.expectNothingBefore;
import static dev.stoa.server.wire.Chat.expectText;
import static dev.stoa.server.wire.Chat.open;
import static dev.stoa.server.wire.Chat.serve;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.stoa.protocol.MessageType;
import dev.stoa.protocol.RpcType;
import dev.stoa.server.Stoa;
import dev.stoa.server.router.Dispatch;
import dev.stoa.server.router.Router;
import dev.stoa.server.router.RouterOptions;
import dev.stoa.server.session.Session;
import dev.stoa.server.topic.Subscriptions;
import dev.stoa.server.topic.TopicAction;
import dev.stoa.server.topic.TopicChange;
import dev.stoa.server.topic.TopicError;
import dev.stoa.server.topic.TopicException;
import dev.stoa.server.topic.TopicOptions;
import dev.stoa.server.topic.TopicPolicy;
import dev.stoa.server.topic.TopicRules;
import dev.stoa.server.topic.TopicStatus;
import dev.stoa.server.topic.TopicTap;
import dev.stoa.server.topic.TopicVerification;
import dev.stoa.server.wire.Chat.Text;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class TopicsTest {
    private static final RpcType<Text, Text> DO = RpcType.of("DO", Text.class, "DONE", Text.class);

    private final Log log = new Log();

    /// Runs `work` in a handler of a connected session.
    private static void inHandler(Router router, Consumer<Subscriptions> work) {
        router.rpc(DO, ctx -> {
            work.accept(ctx.topics());
            ctx.reply(new Text("fine"));
        });
        router.onError((error, _) -> {
            if (error.getCause() != null) {
                error.getCause().printStackTrace();
            }
            return true;
        });
        try (Stoa stoa = serve(router);
                RawPeer peer = open(stoa)) {
            peer.send(call("DO", "1", "x"));
            expectText(peer, "DONE", "fine");
        }
    }

    private static TopicException failure(Runnable operation) {
        TopicException failed = catchThrowableOfType(TopicException.class, operation::run);
        assertThat(failed).as("the failure of a topic operation").isNotNull();
        return failed;
    }

    @Test
    @Row(55)
    void subscribingTwiceGivesOneCopy() {
        Router router = Chat.echoing(Router.create())
                .onOpen(ctx -> {
                    ctx.topics().subscribe("lobby");
                    ctx.topics().subscribe("lobby");
                    ctx.topics().subscribeMany(List.of("lobby", "lobby"));
                })
                .on(SAY, ctx -> ctx.publish("lobby", SAID, ctx.payload()));
        try (Stoa stoa = serve(router);
                RawPeer peer = open(stoa)) {
            peer.send(event("SAY", "hi"));

            expectText(peer, "SAID", "hi");
            expectNothingBefore(peer, "a");
            assertThat(stoa.topics().subscribers("lobby")).isEqualTo(1);
        }
    }

    @Test
    @Row(56)
    void unsubscribingFromWhatOneDoesNotHearIsNoErrorWhateverTheName() {
        Router router = Router.create().usePubSub(new TopicPolicy() {
            @Override
            public void authorize(TopicAction action, String topic, Session session) {
                throw new IllegalStateException("must not be asked");
            }
        });
        inHandler(router, topics -> {
            topics.unsubscribe("stranger");
            topics.unsubscribe("");
            topics.unsubscribe("not a * name");
            assertThat(topics.unsubscribeMany(List.of("a", "*"))).isEqualTo(new TopicChange(0, 0, 0));
            assertThat(topics.clear()).isEqualTo(new TopicChange(0, 0, 0));
        });
    }

    @Test
    @Row(57)
    void namesThatBreakTheRulesAreRefusedWithTheReason() {
        inHandler(Router.create(), topics -> {
            TopicException tooLong = failure(() -> topics.subscribe("x".repeat(129)));
            assertThat(tooLong.error()).isEqualTo(TopicError.INVALID_TOPIC);
            assertThat(tooLong.details())
                    .containsEntry("reason", "length")
                    .containsEntry("length", 129)
                    .containsEntry("max", 128);
            assertThat(failure(() -> topics.subscribe("*".repeat(129))).details())
                    .containsEntry("reason", "length");
            for (String name : List.of("", "a b", "*", "ä", "a\n")) {
                TopicException bad = failure(() -> topics.subscribe(name));
                assertThat(bad.error()).isEqualTo(TopicError.INVALID_TOPIC);
                assertThat(bad.details()).containsEntry("reason", "pattern").containsEntry("topic", name);
            }
            topics.subscribe("x".repeat(128));
            topics.subscribe("Az09:_./-");
            assertThat(topics.size()).isEqualTo(2);
            assertThat(topics.has("az09:_./-")).isFalse();
        });
    }

    @Test
    @Row(57)
    void anInvalidNameThatNobodyCatchesIsAnInvalidArgument() {
        Router router = Chat.echoing(Router.create())
                .on(SAY, ctx -> ctx.subscribe(ctx.payload().text()));
        try (Stoa stoa = serve(router);
                RawPeer peer = open(stoa)) {
            peer.send(event("SAY", "*"));

            peer.expectError("ERROR", "INVALID_ARGUMENT");

            expectNothingBefore(peer, "a");
        }
    }

    @Test
    @Row(58)
    void subscribingToManyWithOneBadSubscribesToNone() {
        inHandler(Router.create(), topics -> {
            topics.subscribe("kept");

            failure(() -> topics.subscribeMany(List.of("a", "b", "*")));

            assertThat(topics.list()).containsExactly("kept");
            assertThat(topics.subscribeMany(List.of("a", "a", "kept"))).isEqualTo(new TopicChange(1, 0, 2));
            assertThat(topics.unsubscribeMany(List.of("a", "*", "kept"))).isEqualTo(new TopicChange(0, 2, 0));
        });
    }

    @Test
    @Row(59)
    void atTheLimitSettingMaySwapOneButNotAddOne() {
        RouterOptions two =
                RouterOptions.usual().withTopicRules(TopicRules.usual().withMaxPerSession(2));
        inHandler(Router.create(two), topics -> {
            topics.set(List.of("a", "b"));

            TopicException full = failure(() -> topics.subscribe("c"));
            assertThat(full.error()).isEqualTo(TopicError.TOPIC_LIMIT_EXCEEDED);
            failure(() -> topics.set(List.of("a", "b", "c")));
            assertThat(topics.list()).containsExactly("a", "b");

            assertThat(topics.set(List.of("b", "c"))).isEqualTo(new TopicChange(1, 1, 2));
            assertThat(topics.list()).containsExactlyInAnyOrder("b", "c");
            assertThat(topics.set(List.of("c", "b"))).isEqualTo(new TopicChange(0, 0, 2));
            assertThat(topics.update(draft -> {
                        draft.remove("b");
                        draft.add("d");
                    }))
                    .isEqualTo(new TopicChange(1, 1, 2));
            assertThat(topics.clear()).isEqualTo(new TopicChange(0, 2, 0));
        });
    }

    @Test
    void iterationIsOverASnapshot() {
        inHandler(Router.create(), topics -> {
            topics.set(List.of("a", "b", "c"));
            List<String> seen = new ArrayList<>();

            for (String name : topics) {
                topics.unsubscribe(name);
                seen.add(name);
            }

            assertThat(seen).containsExactly("a", "b", "c");
            assertThat(topics.size()).isZero();
        });
    }

    @Test
    void policiesNormaliseAndDenyWhatIsNotYetAsWanted() {
        Router router = Router.create().usePubSub(new TopicPolicy() {
            @Override
            public String normalize(String topic, Session session) {
                return topic.toLowerCase(Locale.ROOT);
            }

            @Override
            public void authorize(TopicAction action, String topic, Session session) {
                log.add(action + " " + topic);
                if (topic.startsWith("secret")) {
                    throw new IllegalStateException("no");
                }
            }
        });
        inHandler(router, topics -> {
            topics.subscribe("Lobby");
            topics.subscribe("LOBBY");
            assertThat(topics.has("lObBy")).isTrue();
            assertThat(failure(() -> topics.subscribeMany(List.of("open", "Secret")))
                            .error())
                    .isEqualTo(TopicError.ACL_SUBSCRIBE);
            topics.set(List.of("lobby", "other"));
            topics.unsubscribe("OTHER");
            assertThat(topics.list()).containsExactly("lobby");
        });
        assertThat(log.entries())
                .containsExactly(
                        "SUBSCRIBE lobby",
                        "SUBSCRIBE open",
                        "SUBSCRIBE secret",
                        "SUBSCRIBE other",
                        "UNSUBSCRIBE other");
    }

    @Test
    void anOperationAbortedBeforeItsCommitChangesNothing() {
        inHandler(Router.create(), topics -> {
            TopicOptions aborted = TopicOptions.usual().unless(() -> true);

            TopicException failed = failure(() -> topics.subscribeMany(List.of("a", "b"), aborted));

            assertThat(failed.error()).isEqualTo(TopicError.ABORTED);
            assertThat(topics.size()).isZero();
            topics.subscribe("a");
            failure(() -> topics.clear(aborted));
            assertThat(topics.list()).containsExactly("a");
        });
    }

    @Test
    void operationsOnTheSameTopicTakeTurnsAndOthersDoNotWait() {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch allow = new CountDownLatch(1);
        Router router = Router.create().usePubSub(new TopicPolicy() {
            @Override
            public void authorize(TopicAction action, String topic, Session session) {
                if (topic.equals("slow") && action == TopicAction.SUBSCRIBE) {
                    asked.countDown();
                    await(allow);
                    throw new IllegalStateException("denied after all");
                }
            }
        });
        inHandler(router, topics -> {
            TopicOptions now = TopicOptions.usual().within(Duration.ZERO);
            Thread.ofVirtual().start(() -> {
                failure(() -> topics.subscribe("slow"));
                log.add("denied");
            });
            await(asked);

            assertThat(topics.localStatus("slow")).isEqualTo(TopicStatus.PENDING_SUBSCRIBE);
            assertThat(topics.settle("slow", now)).isFalse();
            assertThat(topics.settle(now)).isFalse();
            assertThat(topics.settle("other", now)).isTrue();
            assertThat(topics.verify("slow", now)).isEqualTo(TopicVerification.TIMEOUT);
            assertThat(failure(() -> topics.unsubscribe("slow", now)).error()).isEqualTo(TopicError.ADAPTER_ERROR);
            topics.subscribe("other");
            assertThat(topics.localStatus("other")).isEqualTo(TopicStatus.SETTLED);
            Thread.ofVirtual().start(() -> {
                topics.unsubscribe("slow");
                log.add("ignored the failure it waited for");
            });
            allow.countDown();

            assertThat(topics.settle(TopicOptions.usual())).isTrue();
            assertThat(log.await(2)).containsExactlyInAnyOrder("denied", "ignored the failure it waited for");
            assertThat(topics.localStatus("slow")).isEqualTo(TopicStatus.ABSENT);
        });
    }

    @Test
    void aTopicIsAskedWhetherItReachesTheSession() {
        inHandler(Router.create(), topics -> {
            topics.subscribe("a");
            assertThat(topics.verify("a", TopicOptions.usual())).isEqualTo(TopicVerification.SUBSCRIBED);
            topics.unsubscribe("a");
            assertThat(topics.verify("a", TopicOptions.usual())).isEqualTo(TopicVerification.UNSUBSCRIBED);
        });
    }

    @Test
    void anInlineHandlerMayUseItsTopics() {
        MessageType<Text> quick = MessageType.of("QUICK", Text.class);
        Router router = Chat.echoing(Router.create());
        router.route(quick).dispatch(Dispatch.INLINE).on(ctx -> {
            ctx.subscribe("lobby");
            ctx.send(SAID, new Text("" + ctx.topics().verify("lobby", TopicOptions.usual())));
            ctx.publish("lobby", SAID, ctx.payload());
        });
        try (Stoa stoa = serve(router);
                RawPeer peer = open(stoa)) {
            peer.send(event("QUICK", "hi"));

            expectText(peer, "SAID", "SUBSCRIBED");
            expectText(peer, "SAID", "hi");
        }
    }

    @Test
    void subscriptionsEndWithTheSessionAndNoneCanBeginAfterIt() {
        CountDownLatch closed = new CountDownLatch(1);
        Router router = Chat.echoing(Router.create())
                .onOpen(ctx -> ctx.topics().set(List.of("a", "b")))
                .onClose(ctx -> {
                    log.add("close " + ctx.topics());
                    closed.countDown();
                })
                .on(SAY, ctx -> {
                    log.add("handling");
                    await(closed);
                    TopicException late = failure(() -> ctx.topics().subscribe("c"));
                    log.add("late " + late.error());
                });
        try (Stoa stoa = serve(router)) {
            RawPeer peer = open(stoa);
            peer.send(event("SAY", "x"));
            log.await(1);
            assertThat(stoa.topics().count()).isEqualTo(2);

            peer.close();

            assertThat(log.await(3)).containsExactly("handling", "close [a, b]", "late CONNECTION_CLOSED");
            assertThat(stoa.topics().count()).isZero();
        }
    }

    @Test
    void tapsAreToldAfterSuccessOnly() {
        Router router = Router.create();
        router.tap(new TopicTap() {
            @Override
            public void onSubscribe(String topic, String clientId, long timestamp) {
                log.add("+" + topic);
                throw new IllegalStateException("a tap that fails");
            }

            @Override
            public void onUnsubscribe(String topic, String clientId, long timestamp) {
                log.add("-" + topic);
            }
        });
        inHandler(router, topics -> {
            topics.subscribe("a");
            topics.subscribe("a");
            failure(() -> topics.subscribe("*"));
            topics.set(List.of("b"));
        });
        assertThat(log.entries()).containsExactly("+a", "-a", "+b");
    }

    @Test
    void randomOperationsOfManyThreadsLeaveCountsThatAgree() {
        List<String> names = List.of("a", "b", "c", "d");
        Router router = Router.create().usePubSub(new TopicPolicy() {
            @Override
            public void authorize(TopicAction action, String topic, Session session) {
                Thread.yield();
            }
        });
        router.rpc(DO, ctx -> {
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                int seed = t;
                threads.add(Thread.ofVirtual().start(() -> {
                    var random = new java.util.SplittableRandom(seed);
                    for (int i = 0; i < 300; i++) {
                        String name = names.get(random.nextInt(names.size()));
                        switch (random.nextInt(4)) {
                            case 0 -> ctx.subscribe(name);
                            case 1 -> ctx.unsubscribe(name);
                            case 2 -> ctx.topics().set(names.subList(0, random.nextInt(names.size() + 1)));
                            default -> ctx.topics().unsubscribeMany(names.subList(1, 3));
                        }
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            ctx.topics().settle(TopicOptions.usual());
            ctx.reply(new Text(
                    String.join(",", ctx.topics().list().stream().sorted().toList())));
        });
        try (Stoa stoa = serve(router);
                RawPeer witness = open(stoa);
                RawPeer peer = open(stoa)) {
            witness.send(call("DO", "1", "x"));
            peer.send(call("DO", "1", "x"));
            List<String> held = new ArrayList<>();
            for (RawPeer each : List.of(witness, peer)) {
                String list = each.expect("DONE").path("payload").path("text").asString();
                held.addAll(list.isEmpty() ? List.of() : List.of(list.split(",")));
            }

            for (String name : names) {
                assertThat(stoa.topics().subscribers(name)).as(name).isEqualTo((int)
                        held.stream().filter(name::equals).count());
            }
        }
    }
}
