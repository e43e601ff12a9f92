package dev.stoa.server.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.server.router.Router;
import dev.stoa.server.router.RouterOptions;
import dev.stoa.server.session.Heartbeat;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ServerHeartbeatTest {
    private static final int PING = 9;
    private static final Heartbeat EVERY_TEN_SECONDS = new Heartbeat(Duration.ofSeconds(10), Duration.ofSeconds(2));

    private final ManualTimers timers = new ManualTimers();

    @Test
    void endpointThatSaysNothingIsProbedAsTheServerSays() {
        try (Hall hall = hall(Router.create())) {
            RawPeer peer = settled(hall.peer());

            timers.advance(Duration.ofSeconds(10));

            assertThat(peer.nextFrame().opcode()).isEqualTo(PING);
            timers.advance(Duration.ofSeconds(2));
            assertThat(peer.expectClose(4000).closeReason()).isEqualTo("HEARTBEAT_TIMEOUT");
        }
    }

    @Test
    void endpointKeepsAHeartbeatOfItsOwn() {
        Heartbeat slower = new Heartbeat(Duration.ofSeconds(60), Duration.ofSeconds(2));
        try (Hall hall = hall(Router.create(RouterOptions.usual().withHeartbeat(slower)))) {
            RawPeer peer = settled(hall.peer());

            timers.advance(Duration.ofSeconds(59));

            // No ping came before this answer.
            assertThat(settled(peer)).isSameAs(peer);
            timers.advance(Duration.ofSeconds(1));
            assertThat(peer.nextFrame().opcode()).isEqualTo(PING);
        }
    }

    private Hall hall(Router router) {
        return Hall.of(router, settings -> settings.timers(timers).heartbeat(EVERY_TEN_SECONDS));
    }

    /// The peer, once the server has taken it in and answered it.
    private static RawPeer settled(RawPeer peer) {
        peer.send("{\"type\":\"UNKNOWN\"}");
        RawPeer.Frame answer = peer.nextFrame();
        assertThat(answer.text()).contains("UNIMPLEMENTED");
        return peer;
    }
}
