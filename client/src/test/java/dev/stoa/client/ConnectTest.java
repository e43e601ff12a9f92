package dev.stoa.client;

import static dev.stoa.client.ClientState.CLOSED;
import static dev.stoa.client.ClientState.CLOSING;
import static dev.stoa.client.ClientState.CONNECTING;
import static dev.stoa.client.ClientState.OPEN;
import static dev.stoa.client.ClientState.RECONNECTING;
import static dev.stoa.client.Contracts.GET_USER;
import static dev.stoa.client.Contracts.LOGOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.stoa.client.Contracts.GetUser;
import dev.stoa.client.error.ConnectFailedException;
import java.io.IOException;
import java.net.http.HttpClient;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// States, sharing of attempts, handshakes (router protocol, sections 1.3 and 16.1).
class ConnectTest {
    private final ScriptedPeer peer = new ScriptedPeer();
    private final Recording<ClientState> states = new Recording<>();

    @AfterEach
    void closePeer() throws IOException {
        peer.close();
    }

    @Test
    void clientIsClosedUntilAskedToConnect() {
        try (var client = peer.client().build()) {
            assertThat(client.state()).isEqualTo(CLOSED);
            assertThat(client.isConnected()).isFalse();
            assertThat(client.protocol()).isEmpty();
            assertThat(client.lastClose()).isEmpty();
            assertThat(peer.isIdle()).isTrue();
        }
    }

    @Test
    void statesAreToldInOrder() {
        try (var client = peer.client().build()) {
            client.onState(states);

            var connection = peer.connected(client);
            assertThat(client.isConnected()).isTrue();
            Thread.startVirtualThread(connection::answerClose);
            client.close();

            assertThat(states.next()).isEqualTo(CONNECTING);
            assertThat(states.next()).isEqualTo(OPEN);
            assertThat(states.next()).isEqualTo(CLOSING);
            assertThat(states.next()).isEqualTo(CLOSED);
            assertThat(client.state()).isEqualTo(CLOSED);
        }
    }

    @Test
    void closedSubscriptionHearsNothing() {
        try (var client = peer.client().build()) {
            Recording<ClientState> deaf = new Recording<>();
            client.onState(deaf).close();
            client.onState(states);

            peer.connected(client);

            assertThat(states.next()).isEqualTo(CONNECTING);
            assertThat(states.next()).isEqualTo(OPEN);
            assertThat(deaf.isEmpty()).isTrue();
        }
    }

    @Test
    void concurrentCallersShareOneAttempt() {
        try (var client = peer.client().build()) {
            var first = client.connectAsync();
            var second = client.connectAsync();
            peer.opened();

            first.orTimeout(10, TimeUnit.SECONDS).join();
            second.orTimeout(10, TimeUnit.SECONDS).join();
            client.connect();

            assertThat(peer.isIdle()).isTrue();
        }
    }

    @Test
    void onceOpenCompletesWithTheNextOpenConnection() {
        try (var client = peer.client().build()) {
            var open = client.onceOpen();
            assertThat(open).isNotDone();

            peer.connected(client);

            open.orTimeout(10, TimeUnit.SECONDS).join();
            assertThat(client.onceOpen()).isCompleted();
        }
    }

    @Test
    void refusedHandshakeFailsWithItsStatusAndIsRetried() {
        try (var client = peer.client().scheduler(new VirtualTime()).build()) {
            client.onState(states);
            var connecting = client.connectAsync();
            peer.arrival().refuse(401);

            var thrown = catchThrowableOfType(CompletionException.class, connecting::join);

            assertThat(thrown.getCause())
                    .isInstanceOfSatisfying(
                            ConnectFailedException.class,
                            failure -> assertThat(failure.status())
                                    .as(failure.text())
                                    .hasValue(401));
            assertThat(states.next()).isEqualTo(CONNECTING);
            assertThat(states.next()).isEqualTo(RECONNECTING);
        }
    }

    @Test
    void connectWhileWaitingForARetryTriesNow() {
        try (var client = peer.client().scheduler(new VirtualTime()).build()) {
            client.onState(states);
            var connecting = client.connectAsync();
            peer.arrival().refuse(503);
            assertThatThrownBy(connecting::join).hasCauseInstanceOf(ConnectFailedException.class);
            assertThat(client.state()).isEqualTo(RECONNECTING);

            peer.connected(client);

            assertThat(client.state()).isEqualTo(OPEN);
        }
    }

    @Test
    void openClosesTheClientWhenTheFirstAttemptFails() {
        Thread.startVirtualThread(() -> peer.arrival().refuse(403));
        VirtualTime time = new VirtualTime();

        assertThatThrownBy(() -> peer.client().scheduler(time).open())
                .isInstanceOf(ConnectFailedException.class)
                .hasMessageContaining("403");

        assertThat(time.waiting()).isZero();
    }

    @Test
    void unreachableServerFailsWithoutStatus() throws IOException {
        var client = peer.client().reconnect(Reconnect.off()).build();
        peer.close();

        var thrown = catchThrowableOfType(ConnectFailedException.class, client::connect);

        assertThat(thrown.status()).isEmpty();
        assertThat(client.state()).isEqualTo(CLOSED);
    }

    @Test
    void chosenSubprotocolIsKnownWhileOpen() {
        try (var client = peer.client().subprotocols("chat-v2", "chat-v1").build()) {
            var connecting = client.connectAsync();
            var connection = peer.arrival();
            assertThat(connection.header("Sec-WebSocket-Protocol")).isEqualTo("chat-v2, chat-v1");

            connection.open("chat-v1");
            connecting.orTimeout(10, TimeUnit.SECONDS).join();

            assertThat(client.protocol()).isEqualTo("chat-v1");
            Thread.startVirtualThread(connection::answerClose);
            client.close();
            assertThat(client.protocol()).isEmpty();
        }
    }

    @Test
    void serverThatChoosesNoneOfTheOfferedSubprotocolsIsRefused() {
        try (var client =
                peer.client().subprotocols("chat").reconnect(Reconnect.off()).build()) {
            var connecting = client.connectAsync();
            var connection = peer.arrival();
            connection.open();

            assertThatThrownBy(connecting::join)
                    .cause()
                    .isInstanceOf(ConnectFailedException.class)
                    .hasMessageContaining("none of the offered subprotocols");
            assertThat(connection.isCut()).isTrue();
        }
    }

    @Test
    void serverThatChoosesASubprotocolNotOfferedIsRefused() {
        try (var client =
                peer.client().subprotocols("chat").reconnect(Reconnect.off()).build()) {
            var connecting = client.connectAsync();
            peer.arrival().open("other");

            assertThatThrownBy(connecting::join).hasCauseInstanceOf(ConnectFailedException.class);
        }
    }

    @Test
    void firstSendConnectsWhenAskedToOnlyOnce() {
        VirtualTime time = new VirtualTime();
        var client = peer.client()
                .autoConnect(true)
                .reconnect(Reconnect.off())
                .scheduler(time)
                .build();
        assertThat(client.send(LOGOUT)).isEqualTo(new SendResult.Queued());
        client.onState(states);
        peer.arrival().refuse(503);
        assertThat(states.next()).isIn(CONNECTING, CLOSED);

        client.onceOpen();
        org.awaitility.Awaitility.await().until(() -> client.state() == CLOSED);
        client.send(LOGOUT);

        assertThat(client.state()).isEqualTo(CLOSED);
        assertThat(peer.isIdle()).isTrue();
    }

    @Test
    void sendDoesNotConnectUnlessAskedTo() {
        var client = peer.client().build();

        assertThat(client.send(LOGOUT)).isEqualTo(new SendResult.Queued());

        assertThat(client.state()).isEqualTo(CLOSED);
    }

    @Test
    void firstRequestConnectsAndIsSentEvenWithoutAQueue() {
        try (var client = peer.client()
                .autoConnect(true)
                .queue(QueuePolicy.OFF, 1)
                .ids(() -> "r1")
                .build()) {
            var answer = client.requestAsync(GET_USER, new GetUser("1"));
            var connection = peer.opened();
            assertThat(connection.readJson().path("type").stringValue()).isEqualTo("GET_USER");
            connection.send(Contracts.user("r1"));

            assertThat(answer.orTimeout(10, TimeUnit.SECONDS).join().payload().name())
                    .isEqualTo("Ada");
        }
    }

    @Test
    void firstRequestFailsWithTheAttemptItMade() {
        var client = peer.client().autoConnect(true).reconnect(Reconnect.off()).build();
        var answer = client.requestAsync(GET_USER, new GetUser("1"));
        peer.arrival().refuse(401);

        assertThatThrownBy(answer::join).hasCauseInstanceOf(ConnectFailedException.class);
    }

    @Test
    void applicationsHttpClientAndHeadersAreUsed() {
        try (var http = HttpClient.newHttpClient();
                var client = peer.client()
                        .httpClient(http)
                        .header("Cookie", "session=1")
                        .build()) {
            var connection = peer.connected(client);

            assertThat(connection.header("Cookie")).isEqualTo("session=1");
            connection.drop();
        }
    }

    @Test
    void onlyWebSocketUrlsAreTaken() {
        assertThatThrownBy(() -> StoaClient.builder("http://localhost/ws"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> StoaClient.builder("ws://localhost/ws#here"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
