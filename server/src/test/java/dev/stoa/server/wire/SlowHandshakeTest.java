package dev.stoa.server.wire;

import static dev.stoa.server.wire.Talk.HEARD;
import static dev.stoa.server.wire.Talk.SAY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.server.endpoint.router.Authentication;
import dev.stoa.server.endpoint.router.RouterEndpoint;
import dev.stoa.server.net.NetLimits;
import dev.stoa.server.router.Router;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/// A handshake has a time limit, from the TCP connection to the answer, and a closing connection has one
/// too.
class SlowHandshakeTest {
    private static final Duration LIMIT = Duration.ofSeconds(3);
    private static final Duration ALMOST = LIMIT.minusMillis(1);
    private static final Duration REST = Duration.ofMillis(1);

    private final ManualTimers timers = new ManualTimers();

    private Hall hall(RouterEndpoint endpoint) {
        return Hall.of(endpoint, settings -> settings.timers(timers).netLimits(new NetLimits(8192, LIMIT, 4096)));
    }

    private Hall hall() {
        return hall(RouterEndpoint.of(Router.create().on(SAY, ctx -> ctx.send(HEARD, ctx.payload()))));
    }

    private void awaitWaiting(int count) {
        Awaitility.await().until(() -> timers.waiting() == count);
    }

    @Test
    void aPeerThatSaysNothingIsCutOff() {
        try (Hall hall = hall()) {
            RawPeer silent = hall.knocking();
            awaitWaiting(1);

            timers.advance(LIMIT);

            assertThat(silent.isCutOff()).isTrue();
        }
    }

    @Test
    void aPeerThatDripsItsHeadIsCutOffAllTheSame() {
        try (Hall hall = hall()) {
            RawPeer dripping = hall.knocking().sendRaw(new byte[] {'G'});
            awaitWaiting(1);
            timers.advance(ALMOST);
            dripping.sendRaw(new byte[] {'E'});

            timers.advance(REST);

            assertThat(dripping.isCutOff()).isTrue();
        }
    }

    @Test
    void aHandshakeThatEndsInTimeLeavesNoTimerBehind() {
        try (Hall hall = hall()) {
            RawPeer peer = hall.knocking();
            awaitWaiting(1);
            timers.advance(ALMOST);

            assertThat(peer.upgrade("/ws").status()).isEqualTo(101);
            awaitWaiting(0);
            timers.advance(LIMIT);

            peer.tell("{'type':'SAY','payload':{'text':'a'}}").expect("HEARD");
        }
    }

    @Test
    void authenticationCountsIntoTheLimit() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch decide = new CountDownLatch(1);
        RouterEndpoint endpoint = RouterEndpoint.of(Router.create()).authenticatedBy(_ -> {
            asked.countDown();
            assertThat(decide.await(10, TimeUnit.SECONDS)).isTrue();
            return Authentication.anonymous();
        });
        try (Hall hall = hall(endpoint)) {
            RawPeer peer = hall.knocking().sendRaw(RawPeer.upgradeRequest("/ws"));
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();

            timers.advance(LIMIT);

            assertThat(peer.isCutOff()).isTrue();
            decide.countDown();
            assertThat(hall.stoa().sessions().count()).isZero();
        }
    }

    @Test
    void aRefusedPeerThatDoesNotLeaveIsCutOff() {
        try (Hall hall = hall()) {
            RawPeer lingering = hall.asking("/nowhere");
            assertThat(lingering.status()).isEqualTo(404);
            awaitWaiting(1);

            timers.advance(Duration.ofSeconds(1));

            awaitWaiting(0);
            lingering.close();
        }
    }

    @Test
    void aPeerThatDoesNotAnswerACloseFrameIsCutOff() {
        Router router = Router.create().on(SAY, ctx -> ctx.session().close(4001, "enough"));
        try (Hall hall = hall(RouterEndpoint.of(router))) {
            RawPeer peer = hall.peer().tell("{'type':'SAY','payload':{'text':'a'}}");
            assertThat(peer.nextFrame().closeCode()).isEqualTo(4001);
            awaitWaiting(1);

            timers.advance(Duration.ofSeconds(5));

            assertThat(peer.isCutOff()).isTrue();
            awaitWaiting(0);
        }
    }

    @Test
    void aPeerThatAnswersACloseFrameLeavesNoTimerBehind() {
        Router router = Router.create().on(SAY, ctx -> ctx.session().close(4001, "enough"));
        try (Hall hall = hall(RouterEndpoint.of(router))) {
            RawPeer peer = hall.peer().tell("{'type':'SAY','payload':{'text':'a'}}");

            peer.expectClose(4001);

            assertThat(peer.isCutOff()).isTrue();
            awaitWaiting(0);
        }
    }

    @Test
    void aPeerThatSaysGoodbyeAndDoesNotReadIsCutOff() {
        Router router = Router.create().on(SAY, ctx -> {
            for (int i = 0; i < 200; i++) {
                ctx.send(HEARD, ctx.payload());
            }
        });
        try (Hall hall = hall(RouterEndpoint.of(router))) {
            RawPeer deaf = hall.added(RawPeer.connect(hall.port(), 4096));
            assertThat(deaf.upgrade("/ws").status()).isEqualTo(101);
            deaf.tell("{'type':'SAY','payload':{'text':'" + "x".repeat(60_000) + "'}}");
            String id = deaf.header("x-client-id");
            Awaitility.await()
                    .until(() -> hall.stoa().sessions().find(id).orElseThrow().backlogBytes() > 8_000_000);

            deaf.sendFrame(8, true, new byte[] {3, (byte) 0xE8});
            awaitWaiting(1);
            timers.advance(Duration.ofSeconds(5));

            awaitWaiting(0);
        }
    }
}
