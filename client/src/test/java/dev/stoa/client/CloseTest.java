package dev.stoa.client;

import static dev.stoa.client.Contracts.GET_USER;
import static dev.stoa.client.Contracts.SAID;
import static dev.stoa.client.Contracts.SAY;
import static dev.stoa.client.Contracts.said;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.stoa.client.Contracts.GetUser;
import dev.stoa.client.Contracts.Say;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// How a connection ends (router protocol, sections 7 and 16.1), and what the link does for its health.
class CloseTest {
    private final ScriptedPeer peer = new ScriptedPeer();
    private final VirtualTime time = new VirtualTime();

    @AfterEach
    void closePeer() throws IOException {
        peer.close();
    }

    @Test
    void closeSendsWhatWasSentThenItsCodeAndReason() {
        var client = patient().build();
        var connection = peer.connected(client);
        Recording<PeerConnection.WireFrame> frames = new Recording<>();
        Thread.startVirtualThread(() -> {
            frames.accept(connection.readFrame());
            frames.accept(connection.answerClose());
        });

        client.send(SAY, new Say("last words"));
        client.close(4001, "bye");

        assertThat(frames.next().text()).contains("last words");
        assertThat(frames.next()).satisfies(close -> {
            assertThat(close.closeCode()).isEqualTo(4001);
            assertThat(close.closeReason()).isEqualTo("bye");
        });
        assertThat(client.state()).isEqualTo(ClientState.CLOSED);
        assertThat(client.lastClose()).contains(new Closure(4001, "bye"));
    }

    @Test
    void codeThatAClientMustNotSendBecomes1000() {
        var client = patient().build();
        var connection = peer.connected(client);
        Recording<PeerConnection.WireFrame> frames = new Recording<>();
        Thread.startVirtualThread(() -> frames.accept(connection.answerClose()));

        client.close(1006, "not allowed on the wire");

        assertThat(frames.next().closeCode()).isEqualTo(1000);
    }

    @Test
    void longReasonIsCutBetweenCharacters() {
        var client = patient().build();
        var connection = peer.connected(client);
        Recording<PeerConnection.WireFrame> frames = new Recording<>();
        Thread.startVirtualThread(() -> frames.accept(connection.answerClose()));

        client.close(1000, "€".repeat(100));

        assertThat(frames.next().closeReason()).isEqualTo("€".repeat(41));
        assertThat(CloseReasons.fitting("a".repeat(123)).getBytes(StandardCharsets.UTF_8))
                .hasSize(123);
    }

    @Test
    void connectionIsCutWhenTheServerDoesNotAnswerTheClose() {
        var client = peer.client().build();
        var connection = peer.connected(client);

        client.close();

        assertThat(client.state()).isEqualTo(ClientState.CLOSED);
        assertThat(client.lastClose()).get().extracting(Closure::code).isEqualTo(1006);
        assertThat(connection.isCut()).isTrue();
    }

    @Test
    void closingTwiceOrUnconnectedDoesNothing() {
        Recording<ClientState> states = new Recording<>();
        var client = peer.client().build();
        client.onState(states);

        client.close();
        client.close();

        assertThat(client.state()).isEqualTo(ClientState.CLOSED);
        assertThat(states.isEmpty()).isTrue();
    }

    @Test
    void closeWhileConnectingEndsTheAttempt() {
        var client = peer.client().build();
        var connecting = client.connectAsync();
        var connection = peer.arrival();

        client.close();

        assertThat(client.state()).isEqualTo(ClientState.CLOSED);
        assertThat(connecting
                        .handle((nothing, error) -> error)
                        .orTimeout(10, TimeUnit.SECONDS)
                        .join())
                .isNotNull();
        assertThat(connection.isCut()).isTrue();
    }

    @Test
    void closedClientConnectsAgainWhenAsked() {
        var client = peer.client().build();
        peer.connected(client);
        client.close();

        var again = peer.connected(client);
        client.send(SAY, new Say("back"));

        assertThat(again.readText()).contains("back");
        again.drop();
        client.close();
    }

    @Test
    void closeMayBeCalledByAHandler() {
        Recording<String> done = new Recording<>();
        var client = patient().build();
        client.on(SAID, message -> {
            client.close();
            done.accept("closed");
        });
        var connection = peer.connected(client);

        connection.send(said("leave"));
        connection.answerClose();

        assertThat(done.next()).isEqualTo("closed");
        assertThat(client.state()).isEqualTo(ClientState.CLOSED);
    }

    @Test
    void threadsEndWithTheClient() {
        Set<Long> before = clientThreads();
        var client =
                peer.client().pings(Duration.ofHours(1), Duration.ofHours(1)).build();
        var connection = peer.connected(client);
        client.requestAsync(GET_USER, new GetUser("1"));
        assertThat(clientThreads()).hasSizeGreaterThan(before.size());
        Thread.startVirtualThread(connection::answerClose);

        client.close();

        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(before).containsAll(clientThreads()));
    }

    @Test
    void timersEndWithTheConnection() {
        var client = peer.client()
                .scheduler(time)
                .pings(Duration.ofSeconds(25), Duration.ofSeconds(10))
                .reconnect(Reconnect.off())
                .build();
        var connection = peer.connected(client);
        client.requestAsync(GET_USER, new GetUser("1"));
        time.nextDelay();
        time.nextDelay();
        assertThat(time.waiting()).isEqualTo(2);

        connection.close(1000);

        await().atMost(Duration.ofSeconds(10)).until(() -> time.waiting() == 0);
        client.close();
        assertThat(time.isClosed()).isTrue();
    }

    @Test
    void peerThatAnswersPingsStays() {
        try (var client = pinging().build()) {
            var connection = peer.connected(client);
            assertThat(time.nextDelay()).hasSeconds(25);
            for (int i = 0; i < 3; i++) {
                time.advance(Duration.ofSeconds(25));
                assertThat(time.nextDelay()).hasSeconds(10);
                assertThat(connection.readFrame().opcode()).isEqualTo(PeerConnection.PING);
                connection.sendFrame(true, PeerConnection.PONG, new byte[0]);
                roundTrip(client, connection);
                time.advance(Duration.ofSeconds(10));
                assertThat(time.nextDelay()).hasSeconds(25);
            }

            assertThat(client.state()).isEqualTo(ClientState.OPEN);
            connection.drop();
        }
    }

    @Test
    void silentPeerIsCutAndTheClientReconnects() {
        Recording<ClientState> states = new Recording<>();
        try (var client = pinging().build()) {
            var connection = peer.connected(client);
            client.onState(states);
            time.advance(Duration.ofSeconds(25));
            assertThat(connection.readFrame().opcode()).isEqualTo(PeerConnection.PING);

            time.advance(Duration.ofSeconds(10));

            assertThat(states.next()).isEqualTo(ClientState.RECONNECTING);
            assertThat(connection.isCut()).isTrue();
            assertThat(client.lastClose()).get().satisfies(close -> {
                assertThat(close.code()).isEqualTo(1006);
                assertThat(close.reason()).contains("no answer to a ping within 10000 ms");
            });
        }
    }

    @Test
    void messageBeyondTheLimitEndsTheConnectionWith1009() {
        Recording<ClientState> states = new Recording<>();
        try (var client = peer.client().scheduler(time).maxMessageBytes(1000).build()) {
            var whole = peer.connected(client);
            client.onState(states);
            whole.send("x".repeat(1001));
            assertThat(states.next()).isEqualTo(ClientState.RECONNECTING);
            assertThat(client.lastClose()).get().extracting(Closure::code).isEqualTo(1009);
            assertThat(whole.isCut()).isTrue();

            time.advance(time.nextDelay());
            var fragmented = peer.opened();
            fragmented.sendFrame(false, PeerConnection.TEXT, new byte[600]);
            fragmented.sendFrame(false, PeerConnection.CONTINUATION, new byte[600]);

            assertThat(fragmented.isCut()).isTrue();
        }
    }

    @Test
    void limitCountsBytesNotCharacters() {
        String fits = said("é".repeat(400));
        int bytes = fits.getBytes(StandardCharsets.UTF_8).length;
        Recording<ClientState> states = new Recording<>();
        Recording<String> heard = new Recording<>();
        try (var client = peer.client().scheduler(time).maxMessageBytes(bytes).build()) {
            client.on(SAID, message -> heard.accept(message.payload().text()));
            var connection = peer.connected(client);

            connection.send(fits);
            assertThat(heard.next()).hasSize(400);
            client.onState(states);
            connection.send(said("é".repeat(401)));

            assertThat(states.next()).isEqualTo(ClientState.RECONNECTING);
            assertThat(client.lastClose()).get().extracting(Closure::code).isEqualTo(1009);
            assertThat(connection.isCut()).isTrue();
        }
    }

    @Test
    void messagesBeyondTheWindowComeWhenHandlersCatchUp() {
        CountDownLatch mayGoOn = new CountDownLatch(1);
        Recording<String> heard = new Recording<>();
        try (var client = peer.client().maxUnhandledMessages(3).build()) {
            client.on(SAID, message -> {
                awaitLatch(mayGoOn);
                heard.accept(message.payload().text());
            });
            var connection = peer.connected(client);
            for (int i = 0; i < 20; i++) {
                connection.send(said("m" + i));
            }

            mayGoOn.countDown();

            for (int i = 0; i < 20; i++) {
                assertThat(heard.next()).isEqualTo("m" + i);
            }
            connection.drop();
        }
    }

    @Test
    void closeFinishesThoughReadingHasStopped() {
        CountDownLatch forEver = new CountDownLatch(1);
        var client = patient().maxUnhandledMessages(1).build();
        CountDownLatch inHandler = new CountDownLatch(1);
        client.on(SAID, message -> {
            inHandler.countDown();
            awaitLatch(forEver);
        });
        var connection = peer.connected(client);
        connection.send(said("a"));
        connection.send(said("b"));
        awaitLatch(inHandler);
        Thread.startVirtualThread(connection::answerClose);

        client.close(4002, "enough");

        assertThat(client.lastClose()).contains(new Closure(4002, "enough"));
        forEver.countDown();
    }

    private StoaClientBuilder patient() {
        return peer.client().closeTimeout(Duration.ofSeconds(30));
    }

    private StoaClientBuilder pinging() {
        return peer.client().scheduler(time).pings(Duration.ofSeconds(25), Duration.ofSeconds(10));
    }

    /// When this returns, everything sent before has been heard.
    private static void roundTrip(StoaClient client, PeerConnection connection) {
        Recording<String> heard = new Recording<>();
        try (var ignored = client.on(SAID, message -> heard.accept("x"))) {
            connection.send(said("x"));
            heard.next();
        }
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            if (!latch.await(20, TimeUnit.SECONDS)) {
                throw new AssertionError("waited in vain");
            }
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private static Set<Long> clientThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("HttpClient-")
                        || thread.getName().startsWith("stoa-client"))
                .map(Thread::threadId)
                .collect(Collectors.toSet());
    }
}
