package dev.stoa.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stoa.client.Reconnect.Jitter;
import dev.stoa.client.error.ConnectFailedException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Backoff and what stops it (router protocol, sections 7.2 and 16.3).
class ReconnectTest {
    private static final Reconnect STEADY = Reconnect.standard().withJitter(Jitter.NONE);

    private final ScriptedPeer peer = new ScriptedPeer();
    private final VirtualTime time = new VirtualTime();

    @AfterEach
    void closePeer() throws IOException {
        peer.close();
    }

    @Test
    void delaysDoubleUpToTheLongest() {
        List<Long> delays = new ArrayList<>();
        for (int retry = 1; retry <= 8; retry++) {
            delays.add(STEADY.delay(retry, new Random(1)).toMillis());
        }

        assertThat(delays).containsExactly(300L, 600L, 1200L, 2400L, 4800L, 9600L, 10_000L, 10_000L);
        assertThat(STEADY.delay(Integer.MAX_VALUE, new Random(1))).hasSeconds(10);
    }

    @Test
    void fullJitterSpreadsEvenlyFromZeroToTheDelay() {
        Random random = new Random(42);
        List<Long> delays = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            delays.add(Reconnect.standard().delay(1, random).toMillis());
        }

        assertThat(delays).allMatch(millis -> millis >= 0 && millis <= 300).contains(0L, 300L);
        assertThat(delays.stream().mapToLong(Long::longValue).average().orElseThrow())
                .isBetween(140.0, 160.0);
    }

    @Test
    void refusedHandshakesAreRetriedEverMoreSlowly() {
        try (var client = peer.client().reconnect(STEADY).scheduler(time).build()) {
            client.connectAsync();
            List<Long> delays = new ArrayList<>();
            for (int attempt = 1; attempt <= 7; attempt++) {
                peer.arrival().refuse(503);
                Duration delay = time.nextDelay();
                delays.add(delay.toMillis());
                time.advance(delay.minusMillis(1));
                assertThat(client.state()).isEqualTo(ClientState.RECONNECTING);
                time.advance(Duration.ofMillis(1));
            }

            assertThat(delays).containsExactly(300L, 600L, 1200L, 2400L, 4800L, 9600L, 10_000L);
        }
    }

    @Test
    void openConnectionStartsTheCountAnew() {
        try (var client = peer.client().reconnect(STEADY).scheduler(time).build()) {
            client.connectAsync();
            peer.arrival().refuse(503);
            assertThat(time.nextDelay()).hasMillis(300);
            time.advance(Duration.ofMillis(300));
            peer.arrival().refuse(503);
            assertThat(time.nextDelay()).hasMillis(600);
            time.advance(Duration.ofMillis(600));
            peer.opened().close(1011);

            assertThat(time.nextDelay()).hasMillis(300);
        }
    }

    @Test
    void attemptsEndAtTheirLimit() {
        Recording<ClientState> states = new Recording<>();
        var client = peer.client()
                .reconnect(STEADY.withMaxAttempts(2))
                .scheduler(time)
                .build();
        client.onState(states);
        client.connectAsync();
        peer.arrival().refuse(503);
        time.advance(time.nextDelay());
        peer.arrival().refuse(503);
        time.advance(time.nextDelay());
        peer.arrival().refuse(503);

        assertThat(List.of(states.next(), states.next(), states.next(), states.next(), states.next(), states.next()))
                .containsExactly(
                        ClientState.CONNECTING,
                        ClientState.RECONNECTING,
                        ClientState.CONNECTING,
                        ClientState.RECONNECTING,
                        ClientState.CONNECTING,
                        ClientState.CLOSED);
        assertThat(time.waiting()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001, 1008, 1009, 1011, 4000, 4401})
    void everyCloseCodeIsFollowedByAReconnect(int code) {
        Recording<ClientState> states = new Recording<>();
        try (var client = peer.client().scheduler(time).build()) {
            var connection = peer.connected(client);
            client.onState(states);

            connection.sendClose(code, "because");
            assertThat(connection.readFrame().closeCode()).isEqualTo(code);
            connection.drop();
            time.advance(time.nextDelay());
            peer.opened();

            assertThat(states.next()).isEqualTo(ClientState.RECONNECTING);
            assertThat(states.next()).isEqualTo(ClientState.CONNECTING);
            assertThat(states.next()).isEqualTo(ClientState.OPEN);
            assertThat(client.lastClose()).contains(new Closure(code, "because"));
        }
    }

    @Test
    void ruleMayStayAwayAfterSomeCodesAndDelayOthers() {
        ReturnRule rule = new ReturnRule() {
            @Override
            public Verdict closed(Closure closure) {
                return closure.code() == 4001
                        ? new Verdict.StayAway()
                        : new Verdict.ComeBack(Duration.ofMillis(closure.code()));
            }

            @Override
            public Verdict refused(ConnectFailedException failure) {
                return new Verdict.ComeBack(Duration.ofMillis(failure.status().orElse(0)));
            }
        };
        var client =
                peer.client().returning(rule).reconnect(STEADY).scheduler(time).build();
        peer.connected(client).close(1011);
        assertThat(time.nextDelay()).hasMillis(1011);
        time.advance(Duration.ofMillis(1011));
        peer.arrival().refuse(503);
        assertThat(time.nextDelay()).hasMillis(600);
        time.advance(Duration.ofMillis(600));
        peer.opened().close(4001);

        org.awaitility.Awaitility.await().until(() -> client.state() == ClientState.CLOSED);
        assertThat(time.waiting()).isZero();
    }

    @Test
    void ruleThatFailsStopsNothing() {
        ReturnRule broken = new ReturnRule() {
            @Override
            public Verdict closed(Closure closure) {
                throw new IllegalStateException("bug");
            }

            @Override
            public Verdict refused(ConnectFailedException failure) {
                throw new IllegalStateException("bug");
            }
        };
        try (var client = peer.client()
                .returning(broken)
                .reconnect(STEADY)
                .scheduler(time)
                .build()) {
            peer.connected(client).close(1011);

            assertThat(time.nextDelay()).hasMillis(300);
        }
    }

    @Test
    void lostTcpConnectionIsFollowedByAReconnect() {
        try (var client = peer.client().scheduler(time).build()) {
            peer.connected(client).drop();
            time.advance(time.nextDelay());
            peer.opened();

            client.onceOpen()
                    .orTimeout(10, java.util.concurrent.TimeUnit.SECONDS)
                    .join();
            assertThat(client.lastClose()).get().extracting(Closure::code).isEqualTo(1006);
        }
    }

    @Test
    void withoutReconnectTheClientStaysClosed() {
        Recording<ClientState> states = new Recording<>();
        var client = peer.client().reconnect(Reconnect.off()).scheduler(time).build();
        var connection = peer.connected(client);
        client.onState(states);

        connection.close(1000);

        assertThat(states.next()).isEqualTo(ClientState.CLOSED);
        assertThat(time.waiting()).isZero();
    }

    @Test
    void closeCancelsTheRetry() {
        var client = peer.client().scheduler(time).build();
        client.connectAsync();
        peer.arrival().refuse(503);
        time.nextDelay();
        org.awaitility.Awaitility.await().until(() -> client.state() == ClientState.RECONNECTING);

        client.close();

        assertThat(client.state()).isEqualTo(ClientState.CLOSED);
        assertThat(time.waiting()).isZero();
    }

    @Test
    void negativeSettingsAreRefused() {
        assertThatThrownBy(() -> STEADY.withMaxAttempts(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> STEADY.withDelays(Duration.ofMillis(-1), Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
