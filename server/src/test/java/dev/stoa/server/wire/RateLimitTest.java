package dev.stoa.server.wire;

import static dev.stoa.server.wire.Chat.ECHO;
import static dev.stoa.server.wire.Chat.SAY;
import static dev.stoa.server.wire.Chat.call;
import static dev.stoa.server.wire.Chat.event;
import static dev.stoa.server.wire.Chat.expectText;
import static dev.stoa.server.wire.Chat.open;
import static dev.stoa.server.wire.Chat.serve;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.server.Stoa;
import dev.stoa.server.endpoint.router.Authentication;
import dev.stoa.server.endpoint.router.RouterEndpoint;
import dev.stoa.server.limit.RatePolicy;
import dev.stoa.server.limit.TokenBuckets;
import dev.stoa.server.router.LimitExceeded;
import dev.stoa.server.router.RateLimiting;
import dev.stoa.server.router.Router;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class RateLimitTest {
    private final ManualTimers timers = new ManualTimers();
    private final Log log = new Log();
    private final RateLimiting limiting = RateLimiting.with(
                    new TokenBuckets(RatePolicy.of(5, 2), () -> Instant.ofEpochMilli(timers.millis())))
            .costing(ctx -> costOf(ctx.meta().correlationId()));

    /// Calls carry their cost as the first part of their id, `3/x` for three.
    private static int costOf(String id) {
        return id == null ? 1 : Integer.parseInt(id.substring(0, id.indexOf('/')));
    }

    private Router limited() {
        return Router.create()
                .use(limiting)
                .onLimitExceeded(event -> {
                    LimitExceeded.Rate rate = (LimitExceeded.Rate) event;
                    log.add(rate.observed() + " of " + rate.limit() + " after " + rate.retryAfterMs());
                })
                .on(SAY, ctx -> log.add("said " + ctx.payload().text()))
                .rpc(ECHO, ctx -> ctx.reply(ctx.payload()));
    }

    private static void expectAllowed(RawPeer peer, int cost) {
        peer.send(call("ECHO", cost + "/x", "ok"));
        expectText(peer, "ECHOED", "ok");
    }

    private static void expectDenied(RawPeer peer, int cost, long retryAfterMs) {
        peer.send(call("ECHO", cost + "/x", "never"));
        JsonNode payload = peer.expectError("RPC_ERROR", "RESOURCE_EXHAUSTED");
        assertThat(payload.path("message").asString()).isEqualTo("Rate limit exceeded");
        assertThat(payload.path("retryable").asBoolean()).isTrue();
        assertThat(payload.path("retryAfterMs").asLong()).isEqualTo(retryAfterMs);
        assertThat(payload.path("details").path("cost").asInt()).isEqualTo(cost);
        assertThat(payload.path("details").path("capacity").asInt()).isEqualTo(5);
        assertThat(payload.path("details").path("remaining").asInt()).isZero();
    }

    @Test
    @Row({66, 67})
    void theBucketFollowsTheTableOnTheWire() {
        try (Stoa stoa = serve(limited(), timers);
                RawPeer peer = open(stoa)) {
            expectAllowed(peer, 1);
            expectAllowed(peer, 4);
            expectDenied(peer, 1, 500);
            timers.advance(Duration.ofMillis(500));
            expectAllowed(peer, 1);
            expectDenied(peer, 1, 500);
            timers.advance(Duration.ofMillis(7600));
            expectAllowed(peer, 5);
            expectDenied(peer, 1, 500);

            assertThat(log.await(3)).containsExactly("1 of 5 after 500", "1 of 5 after 500", "1 of 5 after 500");
        }
    }

    @Test
    @Row(67)
    void aCostAboveTheCapacityCanNeverPass() {
        try (Stoa stoa = serve(limited(), timers);
                RawPeer peer = open(stoa)) {
            peer.send(call("ECHO", "6/x", "never"));

            JsonNode payload = peer.expectError("RPC_ERROR", "FAILED_PRECONDITION");

            assertThat(payload.path("message").asString()).isEqualTo("Operation cost exceeds capacity");
            assertThat(payload.path("retryable").asBoolean()).isFalse();
            assertThat(payload.has("retryAfterMs")).isFalse();
            assertThat(log.await(1)).containsExactly("6 of 5 after null");
            expectAllowed(peer, 5);
        }
    }

    @Test
    @Row(67)
    void aDeniedEventIsAnErrorItsHandlerDoesNotRunAndTheConnectionStays() {
        try (Stoa stoa = serve(limited(), timers);
                RawPeer peer = open(stoa)) {
            for (int i = 0; i < 6; i++) {
                peer.send(event("SAY", "" + i));
            }

            peer.expectError("ERROR", "RESOURCE_EXHAUSTED");

            assertThat(log.await(6)).contains("said 4", "1 of 5 after 500").doesNotContain("said 5");
            expectAllowed(peer, 1);
        }
    }

    @Test
    @Row(67)
    void aCostOfZeroPassesAndANegativeOneIsRefused() {
        try (Stoa stoa = serve(limited(), timers);
                RawPeer peer = open(stoa)) {
            expectAllowed(peer, 5);
            expectAllowed(peer, 0);

            peer.send(call("ECHO", "-1/x", "never"));

            assertThat(peer.expectError("RPC_ERROR", "INVALID_ARGUMENT")
                            .path("message")
                            .asString())
                    .isEqualTo("Rate limit cost must be a non-negative integer");
            assertThat(log.entries()).isEmpty();
        }
    }

    @Test
    @Row(67)
    void anInvalidMessageCostsNothing() {
        try (Stoa stoa = serve(limited(), timers);
                RawPeer peer = open(stoa)) {
            for (int i = 0; i < 10; i++) {
                peer.send("{\"type\":\"ECHO\",\"meta\":{\"correlationId\":\"5/x\"},\"payload\":{}}");
                peer.expectError("RPC_ERROR", "INVALID_ARGUMENT");
            }
            expectAllowed(peer, 5);
        }
    }

    @Test
    @Row(67)
    void usersHaveBucketsOfTheirOwnAndAnonymousPeersShareOne() {
        RouterEndpoint endpoint = RouterEndpoint.of(limited())
                .authenticatedBy(request -> request.queryParameter("user")
                        .<Authentication>map(Authentication::accept)
                        .orElseGet(Authentication::anonymous));
        try (Stoa stoa = Stoa.builder()
                        .port(0)
                        .timers(timers)
                        .endpoint("/ws", endpoint)
                        .start();
                RawPeer ada = RawPeer.open(stoa.port(), "/ws?user=ada");
                RawPeer adaToo = RawPeer.open(stoa.port(), "/ws?user=ada");
                RawPeer bob = RawPeer.open(stoa.port(), "/ws?user=bob");
                RawPeer somebody = RawPeer.open(stoa.port(), "/ws");
                RawPeer anybody = RawPeer.open(stoa.port(), "/ws")) {
            expectAllowed(ada, 5);
            expectDenied(adaToo, 1, 500);
            expectAllowed(bob, 5);
            expectAllowed(somebody, 5);
            expectDenied(anybody, 1, 500);
        }
    }
}
