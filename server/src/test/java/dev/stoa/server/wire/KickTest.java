package dev.stoa.server.wire;

import static dev.stoa.server.wire.Chat.awaitTurn;
import static dev.stoa.server.wire.Chat.expectNothingBefore;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.stoa.server.Stoa;
import dev.stoa.server.endpoint.router.Authentication;
import dev.stoa.server.endpoint.router.RouterEndpoint;
import dev.stoa.server.router.CloseException;
import dev.stoa.server.router.Router;
import dev.stoa.server.session.CloseReason;
import dev.stoa.server.session.Session;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class KickTest {
    private static final CloseReason KICKED = new CloseReason(4001, "kicked");

    private final ManualTimers timers = new ManualTimers();

    private Stoa start(Router router) {
        RouterEndpoint endpoint = RouterEndpoint.of(router)
                .authenticatedBy(request -> request.queryParameter("user")
                        .<Authentication>map(Authentication::accept)
                        .orElseGet(Authentication::anonymous));
        return Stoa.builder().port(0).timers(timers).endpoint("/ws", endpoint).start();
    }

    private static RawPeer open(Stoa stoa, String user) {
        RawPeer peer = RawPeer.open(stoa.port(), "/ws?user=" + user);
        awaitTurn(peer);
        return peer;
    }

    @Test
    void sessionsAreFoundByIdAndByUserWhileTheyAreOpen() {
        try (Stoa stoa = start(Chat.echoing(Router.create()));
                RawPeer ada = open(stoa, "ada");
                RawPeer adaToo = open(stoa, "ada");
                RawPeer bob = open(stoa, "bob")) {
            String id = bob.header("x-client-id");
            assertThat(stoa.sessions().find(id).orElseThrow().principal().id()).isEqualTo("bob");
            assertThat(stoa.sessions().ofUser("ada"))
                    .extracting(Session::id)
                    .containsExactlyInAnyOrder(ada.header("x-client-id"), adaToo.header("x-client-id"));
            assertThat(stoa.sessions().all()).hasSize(3);

            bob.close();

            Awaitility.await().until(() -> stoa.sessions().count() == 2);
            assertThat(stoa.sessions().find(id)).isEmpty();
            assertThat(stoa.sessions().ofUser("bob")).isEmpty();
        }
    }

    @Test
    void oneSessionIsKickedAndOthersOfItsUserStay() {
        try (Stoa stoa = start(Chat.echoing(Router.create()));
                RawPeer ada = open(stoa, "ada");
                RawPeer adaToo = open(stoa, "ada")) {
            assertThat(stoa.kick(ada.header("x-client-id"), KICKED)).isTrue();

            assertThat(ada.expectClose(4001).closeReason()).isEqualTo("kicked");
            expectNothingBefore(adaToo, "still here");
            assertThat(stoa.kick("nobody", KICKED)).isFalse();
        }
    }

    @Test
    void everySessionOfAUserIsKicked() {
        try (Stoa stoa = start(Chat.echoing(Router.create()));
                RawPeer ada = open(stoa, "ada");
                RawPeer adaToo = open(stoa, "ada");
                RawPeer bob = open(stoa, "bob")) {
            assertThat(stoa.kickUser("ada", KICKED)).isEqualTo(2);

            ada.expectClose(4001);
            adaToo.expectClose(4001);
            expectNothingBefore(bob, "still here");
            assertThat(stoa.kickUser("ada", KICKED)).isZero();
        }
    }

    @Test
    void aCodeThatMustNotBeSentIsRefusedAtOnce() {
        try (Stoa stoa = start(Chat.echoing(Router.create()));
                RawPeer ada = open(stoa, "ada")) {
            Session session = stoa.sessions().all().iterator().next();

            assertThatIllegalArgumentException().isThrownBy(() -> session.close(CloseReason.LOST));

            expectNothingBefore(ada, "still here");
        }
    }

    @Test
    void aPeerRefusedAfterOpeningTimeAndAgainIsHeldBackAtTheHandshake() {
        Router router = Router.create().onOpen(_ -> {
            throw new CloseException(4401, "sign in first");
        });
        try (Stoa stoa = start(router)) {
            for (int i = 0; i < 9; i++) {
                try (RawPeer peer = RawPeer.open(stoa.port(), "/ws")) {
                    peer.expectClose(4401);
                    assertThat(peer.isCutOff()).isTrue();
                }
            }

            expectHeldBack(stoa, Duration.ofMillis(300));
            expectHeldBack(stoa, Duration.ofMillis(600));
        }
    }

    @Test
    void aPeerThatLeavesBeforeItsOpenHandlerIsDoneWasNotRefused() {
        Log log = new Log();
        Router router = Chat.echoing(Router.create()).onOpen(ctx -> {
            if (log.entries().size() < 20) {
                log.add("opening");
                Awaitility.await().until(() -> !ctx.session().isOpen());
                ctx.topics().subscribe("lobby");
            }
        });
        try (Stoa stoa = start(router)) {
            for (int i = 0; i < 20; i++) {
                RawPeer.open(stoa.port(), "/ws").close();
                log.await(i + 1);
            }
            Awaitility.await().until(() -> stoa.sessions().count() == 0);

            try (RawPeer peer = RawPeer.open(stoa.port(), "/ws")) {
                expectNothingBefore(peer, "came in at once, though the clock stands still");
            }
        }
    }

    /// Nothing is answered before `delay` has passed.
    private void expectHeldBack(Stoa stoa, Duration delay) {
        Log log = new Log();
        Awaitility.await().until(() -> timers.waiting() == 0);
        try (RawPeer peer = RawPeer.connect(stoa.port())) {
            Thread.ofVirtual().start(() -> {
                peer.upgrade("/ws");
                log.add("opened");
                peer.expectClose(4401);
                log.add("closed");
            });
            // its handshake's own limit, and its delay
            Awaitility.await().until(() -> timers.waiting() == 2);
            timers.advance(delay.minusMillis(1));
            assertThat(timers.waiting()).isEqualTo(2);
            assertThat(log.entries()).isEmpty();

            timers.advance(Duration.ofMillis(1));

            assertThat(log.await(2)).isEqualTo(List.of("opened", "closed"));
        }
    }
}
