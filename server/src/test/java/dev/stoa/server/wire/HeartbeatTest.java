package dev.stoa.server.wire;

import static dev.stoa.server.wire.Chat.awaitTurn;
import static dev.stoa.server.wire.Chat.call;
import static dev.stoa.server.wire.Chat.expectNothingBefore;
import static dev.stoa.server.wire.Chat.open;
import static dev.stoa.server.wire.Chat.serve;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.server.Stoa;
import dev.stoa.server.router.Router;
import dev.stoa.server.router.RouterOptions;
import dev.stoa.server.session.Heartbeat;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class HeartbeatTest {
    private static final Duration INTERVAL = Duration.ofSeconds(30);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final ManualTimers timers = new ManualTimers();
    private final Log log = new Log();

    private Router router() {
        return Chat.echoing(Router.create(RouterOptions.usual().withHeartbeat(Heartbeat.usual())))
                .onClose(ctx -> log.add(
                        "close " + ctx.reason().code() + " " + ctx.reason().reason()));
    }

    private static void expectPing(RawPeer peer) {
        assertThat(peer.nextFrame().opcode()).isEqualTo(9);
    }

    @Test
    @Row(43)
    void aSilentPeerIsPingedAndClosedAfterItsCallback() {
        Router router = router().onStaleConnection(session -> log.add("stale " + session.isOpen()));
        try (Stoa stoa = serve(router, timers);
                RawPeer peer = open(stoa)) {
            awaitTurn(peer);

            timers.advance(INTERVAL);
            expectPing(peer);
            timers.advance(TIMEOUT);

            assertThat(peer.expectClose(4000).closeReason()).isEqualTo("HEARTBEAT_TIMEOUT");
            assertThat(log.await(2)).containsExactly("stale true", "close 4000 HEARTBEAT_TIMEOUT");
            assertThat(peer.isCutOff()).isTrue();
        }
    }

    @Test
    @Row(43)
    void pingsComeEachIntervalAlsoWhenAnswersMayTakeLonger() {
        Duration interval = Duration.ofSeconds(2);
        RouterOptions patient = RouterOptions.usual().withHeartbeat(new Heartbeat(interval, TIMEOUT));
        Router router = Chat.echoing(Router.create(patient)).onStaleConnection(_ -> log.add("stale"));
        try (Stoa stoa = serve(router, timers);
                RawPeer peer = open(stoa)) {
            awaitTurn(peer);
            for (int ping = 0; ping < 3; ping++) {
                timers.advance(interval);
                expectPing(peer);
            }
            assertThat(log.entries()).isEmpty();

            timers.advance(Duration.ofSeconds(1));

            peer.expectClose(4000);
            assertThat(log.entries()).containsExactly("stale");
        }
    }

    @Test
    @Row(43)
    void aCallbackThatThrowsDoesNotKeepTheConnection() {
        Router router = router().onStaleConnection(_ -> {
            throw new IllegalStateException("broken");
        });
        try (Stoa stoa = serve(router, timers);
                RawPeer peer = open(stoa)) {
            awaitTurn(peer);
            timers.advance(INTERVAL);
            expectPing(peer);

            timers.advance(TIMEOUT);

            peer.expectClose(4000);
        }
    }

    @Test
    @Row(43)
    void aCallbackThatClosesTheConnectionItselfDecidesTheCode() {
        Router router = router().onStaleConnection(session -> session.close(4999, "mine"));
        try (Stoa stoa = serve(router, timers);
                RawPeer peer = open(stoa)) {
            awaitTurn(peer);
            timers.advance(INTERVAL);
            expectPing(peer);

            timers.advance(TIMEOUT);

            assertThat(peer.expectClose(4999).closeReason()).isEqualTo("mine");
        }
    }

    @Test
    @Row(43)
    void aPeerThatDoesNotFinishTheCloseIsCutOff() {
        try (Stoa stoa = serve(router(), timers);
                RawPeer peer = open(stoa)) {
            awaitTurn(peer);
            timers.advance(INTERVAL);
            expectPing(peer);
            timers.advance(TIMEOUT);
            assertThat(peer.nextFrame().closeCode()).isEqualTo(4000);
            Awaitility.await().until(() -> timers.waiting() == 1);

            timers.advance(Duration.ofSeconds(5));

            assertThat(peer.isCutOff()).isTrue();
            assertThat(stoa.sessions().count()).isZero();
        }
    }

    @Test
    @Row({44, 45})
    void aPeerThatAnswersPingsStaysAndSeesNothingButPings() {
        try (Stoa stoa = serve(router(), timers);
                RawPeer peer = open(stoa)) {
            awaitTurn(peer);
            for (int i = 0; i < 5; i++) {
                timers.advance(i == 0 ? INTERVAL : INTERVAL.minus(TIMEOUT));
                expectPing(peer);
                peer.sendFrame(10, true, new byte[0]);
                awaitTurn(peer);
                timers.advance(TIMEOUT);
                awaitTurn(peer);
            }
            assertThat(log.entries()).isEmpty();
        }
    }

    @Test
    @Row(44)
    void aMessageIsAsGoodAsAPong() {
        try (Stoa stoa = serve(router(), timers);
                RawPeer peer = open(stoa)) {
            awaitTurn(peer);
            timers.advance(INTERVAL);
            expectPing(peer);
            expectNothingBefore(peer, "a");

            timers.advance(TIMEOUT);

            expectNothingBefore(peer, "b");
            assertThat(log.entries()).isEmpty();
        }
    }

    @Test
    @Row({44, 45})
    void withoutAHeartbeatNobodyIsPinged() {
        try (Stoa stoa = serve(Chat.echoing(Router.create()), timers);
                RawPeer peer = open(stoa)) {
            awaitTurn(peer);

            timers.advance(Duration.ofHours(1));

            peer.send(call("ECHO", "a", "a"));
            assertThat(peer.nextFrame().opcode()).isEqualTo(1);
        }
    }
}
