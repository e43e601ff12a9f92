package dev.stoa.server.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.server.Stoa;
import dev.stoa.server.session.Admission;
import dev.stoa.server.session.CloseReason;
import dev.stoa.server.session.Conversation;
import dev.stoa.server.session.Endpoint;
import dev.stoa.server.session.EndpointLimits;
import dev.stoa.server.session.Session;
import dev.stoa.server.session.UpgradeRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/// Endpoints that fail, or change their mind, while they open a session.
class OpeningTest {
    private final List<String> told = new CopyOnWriteArrayList<>();

    /// An endpoint that does `opening` when it is asked for a conversation.
    private record Opening(Function<Session, Conversation> opening) implements Endpoint {
        @Override
        public String name() {
            return "opening";
        }

        @Override
        public EndpointLimits limits() {
            return new EndpointLimits(1000, 100_000, 10, null);
        }

        @Override
        public String clientIdHeader() {
            return "x-client-id";
        }

        @Override
        public Admission admit(UpgradeRequest request) {
            return new Admission.Accept(null, Map.of(), null);
        }

        @Override
        public Conversation open(Session session) {
            return opening.apply(session);
        }
    }

    private Conversation listening() {
        return new Conversation() {
            @Override
            public void onMessage(byte[] message, boolean binary, long receivedAt) {
                told.add("message");
            }

            @Override
            public void onClosed(CloseReason reason) {
                told.add("closed " + reason.code());
            }
        };
    }

    private static Stoa serving(Function<Session, Conversation> opening) {
        return Stoa.builder().port(0).endpoint("/ws", new Opening(opening)).start();
    }

    @Test
    void aFailureWhileOpeningClosesWith1011AndLeavesNoSession() {
        try (Stoa stoa = serving(_ -> {
                    throw new IllegalStateException("secret reason");
                });
                RawPeer peer = RawPeer.open(stoa.port(), "/ws")) {
            RawPeer.Frame close = peer.expectClose(1011);

            assertThat(close.closeReason()).isEqualTo("Internal server error");
            assertThat(peer.isCutOff()).isTrue();
            assertThat(stoa.sessions().count()).isZero();
        }
    }

    @Test
    void anEndpointMayCloseWhileItOpensAndItsConversationIsToldOnce() {
        try (Stoa stoa = serving(session -> {
                    session.close(4401, "not you");
                    return listening();
                });
                RawPeer peer = RawPeer.open(stoa.port(), "/ws")) {
            peer.send("too late");

            assertThat(peer.expectClose(4401).closeReason()).isEqualTo("not you");
            assertThat(peer.isCutOff()).isTrue();
            Awaitility.await().until(() -> !told.isEmpty());
            assertThat(told).containsExactly("closed 4401");
            assertThat(stoa.sessions().count()).isZero();
        }
    }

    @Test
    void aConversationIsToldOnceHoweverOftenItIsClosed() {
        try (Stoa stoa = serving(_ -> listening());
                RawPeer peer = RawPeer.open(stoa.port(), "/ws")) {
            String id = peer.header("x-client-id");
            Awaitility.await().until(() -> stoa.sessions().find(id).isPresent());
            Session session = stoa.sessions().find(id).orElseThrow();

            session.close(4001, "first");
            session.close(4002, "second");

            peer.expectClose(4001);
            assertThat(peer.isCutOff()).isTrue();
            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> !told.isEmpty());
            assertThat(told).containsExactly("closed 4001");
        }
    }

    @Test
    void aLostConnectionIsToldAs1006() {
        try (Stoa stoa = serving(_ -> listening())) {
            RawPeer peer = RawPeer.open(stoa.port(), "/ws");

            peer.close();

            Awaitility.await().until(() -> !told.isEmpty());
            assertThat(told).containsExactly("closed 1006");
            assertThat(stoa.sessions().count()).isZero();
        }
    }
}
