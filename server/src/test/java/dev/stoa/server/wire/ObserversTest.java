package dev.stoa.server.wire;

import static dev.stoa.server.wire.Chat.SAID;
import static dev.stoa.server.wire.Chat.SAY;
import static dev.stoa.server.wire.Chat.event;
import static dev.stoa.server.wire.Chat.expectNothingBefore;
import static dev.stoa.server.wire.Chat.open;
import static dev.stoa.server.wire.Chat.serve;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.protocol.ProtocolException;
import dev.stoa.server.Stoa;
import dev.stoa.server.router.Router;
import dev.stoa.server.router.RouterObserver;
import dev.stoa.server.session.CloseReason;
import dev.stoa.server.session.Session;
import dev.stoa.server.topic.TopicTap;
import dev.stoa.server.wire.Chat.Text;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@Row(71)
class ObserversTest {
    private final Log log = new Log();

    private final class Watching implements RouterObserver {
        private final String name;

        Watching(String name) {
            this.name = name;
        }

        private void tell(String what) {
            log.add(name + " " + what);
            if (name.equals("broken")) {
                throw new IllegalStateException("an observer that fails");
            }
        }

        @Override
        public void onPublish(String topic, String type, Object payload, String clientId) {
            tell("publish " + topic + " " + type + " " + payload + (clientId == null ? " by the server" : ""));
        }

        @Override
        public void onConnectionOpen(Session session) {
            tell("open");
        }

        @Override
        public void onConnectionClose(Session session, CloseReason reason) {
            tell("close " + reason.code());
        }

        @Override
        public void onError(ProtocolException error, String clientId, String type) {
            tell("error " + error.code() + " " + type + " " + (clientId != null));
        }
    }

    @Test
    void observersAreToldInOrderWhateverOneOfThemThrows() {
        Router router = Chat.echoing(Router.create())
                .onOpen(_ -> log.add("open handler"))
                .onClose(_ -> log.add("close handler"))
                .on(SAY, _ -> {
                    throw new IllegalStateException("boom");
                });
        for (String name : List.of("broken", "second")) {
            router.observe(new Watching(name));
        }
        try (Stoa stoa = serve(router)) {
            RawPeer peer = open(stoa);
            log.await(3);
            router.publish("lobby", SAID, new Text("x"));
            peer.send(event("SAY", "x"));
            peer.expectError("ERROR", "INTERNAL");
            peer.close();

            assertThat(log.await(10))
                    .containsExactly(
                            "open handler",
                            "broken open",
                            "second open",
                            "broken publish lobby SAID Text[text=x] by the server",
                            "second publish lobby SAID Text[text=x] by the server",
                            "broken error INTERNAL SAY true",
                            "second error INTERNAL SAY true",
                            "close handler",
                            "broken close 1006",
                            "second close 1006");
        }
    }

    @Test
    void anObserverThatStoppedWatchingIsToldNothingMore() {
        Router router = Chat.echoing(Router.create());
        Runnable stop = router.observe(new Watching("gone"));
        router.observe(new Watching("here"));
        try (Stoa stoa = serve(router);
                RawPeer peer = open(stoa)) {
            expectNothingBefore(peer, "a");
            router.publish("lobby", SAID, new Text("1"));

            stop.run();
            stop.run();
            router.publish("lobby", SAID, new Text("2"));

            assertThat(log.entries().stream().filter(entry -> entry.contains("publish")))
                    .containsExactly(
                            "gone publish lobby SAID Text[text=1] by the server",
                            "here publish lobby SAID Text[text=1] by the server",
                            "here publish lobby SAID Text[text=2] by the server");
        }
    }

    @Test
    void anObserverMayStopItselfWhileItIsTold() {
        Router router = Router.create();
        List<Runnable> stops = new ArrayList<>();
        stops.add(router.observe(new RouterObserver() {
            @Override
            public void onPublish(String topic, String type, Object payload, String clientId) {
                log.add("first");
                stops.forEach(Runnable::run);
            }
        }));
        router.observe(new Watching("second"));
        try (Stoa stoa = serve(router)) {
            router.publish("a", SAID, new Text("1"));
            router.publish("a", SAID, new Text("2"));

            assertThat(log.entries()).hasSize(3).startsWith("first");
        }
    }

    @Test
    void publishesThatFailAreNotObserved() {
        Router router = Router.create();
        router.observe(new Watching("observer"));
        router.tap(new TopicTap() {
            @Override
            public void onPublish(String topic, String type, long timestamp) {
                log.add("tap " + topic + " " + type);
            }
        });
        try (Stoa stoa = serve(router)) {
            router.publish("not a topic", SAID, new Text("1"));
            assertThat(log.entries()).isEmpty();

            router.publish("a", SAID, new Text("2"));

            assertThat(log.entries()).contains("tap a SAID").hasSize(2);
        }
    }
}
