package dev.stoa.server.wire;

import static dev.stoa.server.wire.Chat.SAID;
import static dev.stoa.server.wire.Chat.SAY;
import static dev.stoa.server.wire.Chat.event;
import static dev.stoa.server.wire.Chat.expectNothingBefore;
import static dev.stoa.server.wire.Chat.expectText;
import static dev.stoa.server.wire.Chat.open;
import static dev.stoa.server.wire.Chat.serve;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.protocol.MessageType;
import dev.stoa.server.Stoa;
import dev.stoa.server.router.PublishOptions;
import dev.stoa.server.router.Router;
import dev.stoa.server.router.RouterOptions;
import dev.stoa.server.session.Session;
import dev.stoa.server.topic.PublishResult;
import dev.stoa.server.topic.PublishResult.Failed;
import dev.stoa.server.topic.PublishResult.Failure;
import dev.stoa.server.topic.TopicAction;
import dev.stoa.server.topic.TopicPolicy;
import dev.stoa.server.wire.Chat.Text;
import jakarta.validation.constraints.NotBlank;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class PublishTest {
    record Named(@NotBlank String name) {}

    record Room(String room) {}

    static final MessageType<Named> NAMED = MessageType.of("NAMED", Named.class);
    static final MessageType<Text> PLACED = MessageType.of("PLACED", Text.class).withMeta(Room.class);

    private final Log log = new Log();

    /// Everybody listens to `lobby`; SAY publishes there.
    private static Router lobby(RouterOptions options, PublishOptions how) {
        return Chat.echoing(Router.create(options))
                .onOpen(ctx -> ctx.topics().subscribe("lobby"))
                .on(SAY, ctx -> ctx.publish("lobby", SAID, ctx.payload(), how));
    }

    private static Router lobby() {
        return lobby(RouterOptions.usual(), PublishOptions.none());
    }

    private static Failed failed(PublishResult result) {
        assertThat(result.ok()).isFalse();
        return (Failed) result;
    }

    @Test
    @Row(60)
    void theResultCountsTheSubscribersOfTheMoment() {
        Router router = lobby();
        try (Stoa stoa = serve(router);
                RawPeer ada = open(stoa);
                RawPeer bob = open(stoa)) {
            expectNothingBefore(ada, "a");
            expectNothingBefore(bob, "b");

            assertThat(router.publish("lobby", SAID, new Text("1")).matched()).isEqualTo(OptionalInt.of(2));
            assertThat(router.publish("nobody", SAID, new Text("2"))).isEqualTo(PublishResult.Published.exactly(0));
            bob.close();
            Awaitility.await().until(() -> stoa.sessions().count() == 1);
            assertThat(router.publish("lobby", SAID, new Text("3")).matched()).isEqualTo(OptionalInt.of(1));

            expectText(ada, "SAID", "1");
            expectText(ada, "SAID", "3");
        }
        assertThat(failed(router.publish("lobby", SAID, new Text("4"))).error()).isEqualTo(Failure.STATE);
    }

    @Test
    @Row(61)
    void thePublisherGetsItsOwnMessageUnlessExcluded() {
        Router router = Chat.echoing(Router.create())
                .onOpen(ctx -> ctx.topics().subscribe("lobby"))
                .on(SAY, ctx -> {
                    PublishOptions how = ctx.payload().text().equals("others")
                            ? PublishOptions.none().excludingSelf()
                            : PublishOptions.none();
                    PublishResult result = ctx.publish("lobby", SAID, ctx.payload(), how);
                    log.add(ctx.payload().text() + " " + result.matched().getAsInt());
                });
        try (Stoa stoa = serve(router);
                RawPeer ada = open(stoa);
                RawPeer bob = open(stoa)) {
            expectNothingBefore(bob, "b");

            ada.send(event("SAY", "all")).send(event("SAY", "others")).send(event("SAY", "all again"));

            expectText(ada, "SAID", "all");
            expectText(ada, "SAID", "all again");
            for (String text : List.of("all", "others", "all again")) {
                expectText(bob, "SAID", text);
            }
            assertThat(log.await(3)).containsExactly("all 2", "others 1", "all again 2");
        }
    }

    @Test
    @Row(61)
    void excludingMayBeTheDefaultAndHasNoEffectForTheServer() {
        Router router = lobby(RouterOptions.usual().withExcludeSelfByDefault(true), PublishOptions.none());
        try (Stoa stoa = serve(router);
                RawPeer ada = open(stoa)) {
            ada.send(event("SAY", "not to me"));
            expectNothingBefore(ada, "a");

            router.publish(
                    "lobby", SAID, new Text("from above"), PublishOptions.none().excludingSelf());

            expectText(ada, "SAID", "from above");
        }
    }

    @Test
    @Row(62)
    void anInvalidPayloadIsAResultAndNoFrame() {
        Router router = lobby();
        try (Stoa stoa = serve(router);
                RawPeer ada = open(stoa)) {
            expectNothingBefore(ada, "a");

            Failed invalid = failed(router.publish("lobby", NAMED, new Named(" ")));

            assertThat(invalid.error()).isEqualTo(Failure.VALIDATION);
            assertThat(invalid.retryable()).isFalse();
            assertThat(failed(router.publish("not a topic", SAID, new Text("x")))
                            .error())
                    .isEqualTo(Failure.VALIDATION);
            assertThat(failed(router.publish("lobby", SAID, null, PublishOptions.none()))
                            .error())
                    .isEqualTo(Failure.VALIDATION);
            expectNothingBefore(ada, "b");
        }
    }

    @Test
    @Row(62)
    void whatAPolicyDoesNotAllowIsAResultToo() {
        Router router = lobby().usePubSub(new TopicPolicy() {
            @Override
            public String normalize(String topic, Session session) {
                if (topic.equals("unspeakable")) {
                    throw new IllegalStateException("no such name");
                }
                return topic;
            }

            @Override
            public void authorize(TopicAction action, String topic, Session session) {
                if (action == TopicAction.PUBLISH) {
                    throw new IllegalStateException("read only");
                }
            }
        });
        router.on(NAMED, ctx -> {
            Failed denied = failed(ctx.publish(ctx.payload().name(), SAID, new Text("x")));
            log.add(denied.error() + " " + denied.retryable() + " "
                    + denied.cause().getMessage());
        });
        try (Stoa stoa = serve(router);
                RawPeer ada = open(stoa)) {
            ada.send("{\"type\":\"NAMED\",\"payload\":{\"name\":\"lobby\"}}");
            ada.send("{\"type\":\"NAMED\",\"payload\":{\"name\":\"unspeakable\"}}");

            assertThat(log.await(2)).containsExactly("ACL_PUBLISH false read only", "ACL_PUBLISH false no such name");
            expectNothingBefore(ada, "a");
        }
    }

    @Test
    @Row(62)
    void aMessageLargerThanAnySubscriberMayHaveWaitingIsRefused() {
        Router router = lobby(RouterOptions.usual().withMaxBacklogBytes(10_000), PublishOptions.none());
        try (Stoa stoa = serve(router);
                RawPeer ada = open(stoa)) {
            expectNothingBefore(ada, "a");

            Failed refused = failed(router.publish("lobby", SAID, new Text("x".repeat(10_000))));

            assertThat(refused.error()).isEqualTo(Failure.PAYLOAD_TOO_LARGE);
            assertThat(refused.details()).containsEntry("limit", 10_000L);
            expectNothingBefore(ada, "b");
        }
    }

    @Test
    @Row(63)
    void aPublishedFrameShowsNeitherTopicNorPublisher() {
        Router router = Chat.echoing(Router.create())
                .onOpen(ctx -> ctx.topics().subscribe("lobby"))
                .on(
                        SAY,
                        ctx -> ctx.publish(
                                "lobby",
                                PLACED,
                                ctx.payload(),
                                PublishOptions.none()
                                        .withMeta(Map.of(
                                                "room",
                                                "r1",
                                                "clientId",
                                                "spoofed",
                                                "receivedAt",
                                                1,
                                                "correlationId",
                                                "c"))));
        ManualTimers timers = new ManualTimers();
        try (Stoa stoa = serve(router, timers);
                RawPeer ada = open(stoa)) {
            ada.send("{\"type\":\"SAY\",\"meta\":{\"correlationId\":\"mine\"},\"payload\":{\"text\":\"hi\"}}");

            JsonNode frame = ada.expect("PLACED");

            assertThat(frame.propertyNames()).containsExactly("type", "meta", "payload");
            assertThat(frame.path("meta").propertyNames()).containsExactly("timestamp", "room");
            assertThat(frame.path("meta").path("timestamp").asLong()).isEqualTo(timers.millis());
            assertThat(frame.path("payload").propertyNames()).containsExactly("text");
        }
    }

    @Test
    @Row(64)
    void everySubscriberSeesAThousandPublishesInOrder() throws InterruptedException {
        Router router = lobby();
        try (Stoa stoa = serve(router)) {
            List<RawPeer> peers = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                peers.add(open(stoa));
                expectNothingBefore(peers.getLast(), "open");
            }

            Thread publisher = Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 500; i++) {
                    router.publish("lobby", SAID, new Text("server " + i));
                }
            });
            for (int i = 0; i < 500; i++) {
                peers.getFirst().send(event("SAY", "peer " + i));
            }
            publisher.join();

            for (RawPeer peer : peers) {
                int fromServer = 0;
                int fromPeer = 0;
                while (fromServer + fromPeer < 1000) {
                    String text =
                            peer.expect("SAID").path("payload").path("text").asString();
                    String expected = text.startsWith("server") ? "server " + fromServer++ : "peer " + fromPeer++;
                    assertThat(text).isEqualTo(expected);
                }
                peer.close();
            }
        }
    }

    @Test
    @Row(65)
    void aSubscriberThatIsGoneDoesNotKeepOthersFromReceiving() {
        Router router = lobby();
        try (Stoa stoa = serve(router);
                RawPeer ada = open(stoa);
                RawPeer dead = open(stoa);
                RawPeer bob = open(stoa)) {
            for (RawPeer peer : List.of(ada, dead, bob)) {
                expectNothingBefore(peer, "open");
            }
            dead.close();

            for (int i = 0; i < 100; i++) {
                assertThat(router.publish("lobby", SAID, new Text("" + i)).ok()).isTrue();
            }

            for (int i = 0; i < 100; i++) {
                expectText(ada, "SAID", "" + i);
                expectText(bob, "SAID", "" + i);
            }
        }
    }
}
