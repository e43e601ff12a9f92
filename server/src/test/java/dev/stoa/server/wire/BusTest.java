package dev.stoa.server.wire;

import static dev.stoa.server.wire.Chat.SAID;
import static dev.stoa.server.wire.Chat.SAY;
import static dev.stoa.server.wire.Chat.event;
import static dev.stoa.server.wire.Chat.expectNothingBefore;
import static dev.stoa.server.wire.Chat.expectText;
import static dev.stoa.server.wire.Chat.open;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.server.Stoa;
import dev.stoa.server.port.Bus;
import dev.stoa.server.port.BusMessage;
import dev.stoa.server.port.InProcessBus;
import dev.stoa.server.router.PublishOptions;
import dev.stoa.server.router.Router;
import dev.stoa.server.topic.PublishResult;
import dev.stoa.server.topic.PublishResult.Capability;
import dev.stoa.server.topic.PublishResult.Failed;
import dev.stoa.server.topic.PublishResult.Failure;
import dev.stoa.server.topic.PublishResult.Published;
import dev.stoa.server.wire.Chat.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class BusTest {
    /// Everybody listens to `lobby`; SAY publishes there, to others only if it says so.
    private static Router lobby() {
        return Chat.echoing(Router.create())
                .onOpen(ctx -> ctx.topics().subscribe("lobby"))
                .on(SAY, ctx -> {
                    boolean others = ctx.payload().text().startsWith("others");
                    ctx.publish(
                            "lobby", SAID, ctx.payload(), PublishOptions.none().withExcludeSelf(others));
                });
    }

    private static Stoa node(Bus bus, Router router) {
        return Stoa.builder().port(0).loops(2).bus(bus).router("/ws", router).start();
    }

    @Test
    void aMessageReachesEverySubscriberOfEveryNodeOnce() {
        Bus bus = new InProcessBus();
        try (Stoa left = node(bus, lobby());
                Stoa right = node(bus, lobby());
                RawPeer ada = open(left);
                RawPeer bob = open(left);
                RawPeer eve = open(right)) {
            for (RawPeer peer : List.of(ada, bob, eve)) {
                expectNothingBefore(peer, "open");
            }

            for (int i = 0; i < 50; i++) {
                ada.send(event("SAY", "all " + i)).send(event("SAY", "others " + i));
            }

            for (int i = 0; i < 50; i++) {
                expectText(ada, "SAID", "all " + i);
                for (RawPeer peer : List.of(bob, eve)) {
                    expectText(peer, "SAID", "all " + i);
                    expectText(peer, "SAID", "others " + i);
                }
            }
            for (RawPeer peer : List.of(ada, bob, eve)) {
                expectNothingBefore(peer, "no second copy");
            }
        }
    }

    @Test
    void aNodeWithTwoRoutersDeliversOnce() {
        Router first = lobby();
        Router second = lobby();
        try (Stoa stoa = Stoa.builder()
                        .port(0)
                        .bus(new InProcessBus())
                        .router("/ws", first)
                        .router("/other", second)
                        .start();
                RawPeer ada = open(stoa);
                RawPeer bob = RawPeer.open(stoa.port(), "/other")) {
            expectNothingBefore(bob, "open");

            ada.send(event("SAY", "hi"));

            expectText(ada, "SAID", "hi");
            expectText(bob, "SAID", "hi");
            expectNothingBefore(ada, "a");
            expectNothingBefore(bob, "b");
        }
    }

    @Test
    void howManyGotItIsUnknown() {
        Router router = lobby();
        try (Stoa stoa = node(new InProcessBus(), router)) {
            assertThat(router.publish("lobby", SAID, new Text("x")))
                    .isEqualTo(new Published(Capability.UNKNOWN, OptionalInt.empty()));
        }
    }

    @Test
    void aBusThatFailsIsARetryableResultAndNotAnException() {
        for (RuntimeException failure :
                List.of(new Bus.BusException("out of reach", new IllegalStateException()), new ClassCastException())) {
            Bus broken = new Bus() {
                @Override
                public AutoCloseable start(Listener listener) {
                    return () -> {
                        throw new IllegalStateException("does not stop either");
                    };
                }

                @Override
                public void publish(BusMessage message) {
                    throw failure;
                }
            };
            Router router = lobby();
            try (Stoa stoa = node(broken, router);
                    RawPeer ada = open(stoa)) {
                PublishResult result = router.publish("lobby", SAID, new Text("x"));

                assertThat(result).isInstanceOfSatisfying(Failed.class, failed -> {
                    assertThat(failed.error()).isEqualTo(Failure.ADAPTER_ERROR);
                    assertThat(failed.retryable()).isTrue();
                    assertThat(failed.cause()).isSameAs(failure);
                });
                expectNothingBefore(ada, "a");
            }
        }
    }

    @Test
    void aStoppedNodeListensNoMore() {
        List<Bus.Listener> listeners = new ArrayList<>();
        Bus bus = new Bus() {
            @Override
            public AutoCloseable start(Listener listener) {
                listeners.add(listener);
                return () -> listeners.remove(listener);
            }

            @Override
            public void publish(BusMessage message) {
                listeners.forEach(listener -> listener.onMessage(message));
            }
        };
        Stoa stoa = node(bus, lobby());
        assertThat(listeners).hasSize(1);

        stoa.close();

        assertThat(listeners).isEmpty();
    }
}
