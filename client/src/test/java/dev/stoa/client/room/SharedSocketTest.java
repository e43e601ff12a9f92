package dev.stoa.client.room;

import static dev.stoa.client.room.RoomPublishTest.failure;
import static dev.stoa.client.room.RoomSetup.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.client.ClientState;
import dev.stoa.client.Recording;
import dev.stoa.client.StoaClient;
import dev.stoa.client.error.ConnectionClosedException;
import dev.stoa.client.error.RoomEndedException;
import dev.stoa.protocol.room.JoinOptions;
import dev.stoa.protocol.room.LogPosition;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Many rooms on one socket of a client (rooms protocol, section 7).
class SharedSocketTest {
    private final RoomSetup setup = new RoomSetup();
    private final StoaClient client = setup.shared();
    private final Room chat = client.room("chat");
    private final Room den = client.room("den");
    private final Recording<String> heard = new Recording<>();

    SharedSocketTest() {
        chat.onMessage(message -> heard.accept("chat " + message.offset()));
        den.onMessage(message -> heard.accept("den " + message.offset()));
    }

    @AfterEach
    void close() throws IOException {
        setup.close();
        client.close();
    }

    @Test
    void requestsNameTheirRoom() {
        ServerEnd server = setup.connected(client);

        var joining = chat.joinAsync(JoinOptions.none());
        JsonNode join = server.letIn("e1", 4, false);
        await(joining);
        chat.publish("said", 1);

        assertThat(join.path("payload").toString()).isEqualTo("{\"room\":\"chat\"}");
        assertThat(server.next("room.publish").path("payload").path("room").stringValue())
                .isEqualTo("chat");
    }

    @Test
    void eventsReachTheRoomTheyName() {
        ServerEnd server = setup.connected(client);
        join(server, chat, 4);
        join(server, den, 7);

        say(server, "den", 8);
        say(server, "elsewhere", 9);
        say(server, "chat", 5);

        assertThat(heard.next()).isEqualTo("den 8");
        assertThat(heard.next()).isEqualTo("chat 5");
        assertThat(den.position()).contains(new LogPosition("e1", 8));
    }

    @Test
    void roomAndChannelOfOneNameAreTwo() {
        Channel channel = client.channel("chat");
        channel.onMessage(message -> heard.accept("channel " + message.offset()));
        ServerEnd server = setup.connected(client);
        join(server, chat, 4);
        var subscribing = channel.subscribeAsync();
        JsonNode join = server.letIn("e9", 1, false);

        server.event(
                "room.message",
                "{\"room\":\"chat\",\"kind\":\"channel\",\"message\":" + ServerEnd.message("chat", "channel", "e9", 2)
                        + "}");

        assertThat(await(subscribing)).isEqualTo(new LogPosition("e9", 1));
        assertThat(join.path("payload").toString()).isEqualTo("{\"room\":\"chat\",\"kind\":\"channel\"}");
        assertThat(heard.next()).isEqualTo("channel 2");
    }

    @Test
    void everyRoomIsJoinedAgainWithItsOwnPosition() {
        ServerEnd server = setup.connected(client);
        join(server, chat, 4);
        join(server, den, 7);

        server.connection().cut();
        setup.time.pass(RoomSetup.FIRST_RETRY);
        server = new ServerEnd(setup.peer.opened());
        List<String> joins = List.of(
                server.letIn("e1", 5, true).path("payload").toString(),
                server.letIn("e1", 7, true).path("payload").toString());
        say(server, "chat", 5);

        assertThat(joins)
                .containsExactlyInAnyOrder(
                        "{\"room\":\"chat\",\"recover\":{\"epoch\":\"e1\",\"offset\":4}}",
                        "{\"room\":\"den\",\"recover\":{\"epoch\":\"e1\",\"offset\":7}}");
        assertThat(heard.next()).isEqualTo("chat 5");
    }

    @Test
    void joinGoesBeforeQueuedMessages() {
        ServerEnd server = setup.connected(client);
        join(server, chat, 4);
        server.connection().cut();
        setup.time.pass(RoomSetup.FIRST_RETRY);
        client.send(dev.stoa.protocol.MessageType.of("QUEUED"));

        server = new ServerEnd(setup.peer.opened());

        server.next("room.join");
        server.next("QUEUED");
    }

    @Test
    void joinWaitsForTheConnection() {
        var joining = chat.joinAsync(JoinOptions.none());
        ServerEnd server = setup.connected(client);

        server.letIn("e1", 4, false);

        assertThat(await(joining).offset()).isEqualTo(4);
    }

    @Test
    void destroyedRoomLeavesTheOthersAlone() {
        Recording<RoomEndedException> ends = new Recording<>();
        chat.onEnded(ends);
        ServerEnd server = setup.connected(client);
        join(server, chat, 4);
        join(server, den, 7);

        server.event("room.destroyed", "{\"room\":\"chat\",\"destroyedAt\":\"2026-11-21T10:00:00Z\"}");
        say(server, "den", 8);

        assertThat(ends.next().reason()).isEqualTo(RoomEndedException.Reason.DESTROYED);
        assertThat(heard.next()).isEqualTo("den 8");
        assertThat(client.isConnected()).isTrue();
        assertThat(client.room("chat")).isNotSameAs(chat);
        assertThat(client.room("den")).isSameAs(den);
    }

    @Test
    void leftRoomIsNotJoinedAgain() {
        ServerEnd server = setup.connected(client);
        join(server, chat, 4);
        var leaving = chat.leave();
        server.answer(
                server.next("room.leave"),
                "room.left",
                "{\"room\":\"chat\",\"kind\":\"room\",\"memberId\":\"ada\",\"leftAt\":\"2026-11-21T10:00:00Z\"}");
        await(leaving);
        say(server, "chat", 5);
        join(server, den, 7);

        server.connection().cut();
        setup.time.pass(RoomSetup.FIRST_RETRY);
        server = new ServerEnd(setup.peer.opened());

        assertThat(server.next("room.join").path("payload").path("room").stringValue())
                .isEqualTo("den");
        assertThat(heard.isEmpty()).isTrue();
        assertThat(chat.members().size()).isZero();
    }

    @Test
    void closingARoomLeavesIt() {
        ServerEnd server = setup.connected(client);
        join(server, chat, 4);
        Thread.startVirtualThread(() -> server.refuse(server.next("room.leave"), "INTERNAL"));

        chat.close();

        assertThat(chat.state()).isEqualTo(RoomState.ENDED);
        assertThat(client.isConnected()).isTrue();
    }

    @Test
    void clientThatIsClosedFailsWhatWaitsAndFindsBackWhenItConnectsAgain() {
        ServerEnd server = setup.connected(client);
        join(server, chat, 4);
        var publish = chat.publish("said", 1);
        server.next("room.publish");
        Thread.startVirtualThread(server.connection()::answerClose);

        client.close();

        assertThat(failure(publish)).isInstanceOf(ConnectionClosedException.class);
        assertThat(client.state()).isEqualTo(ClientState.CLOSED);
        ServerEnd again = setup.connected(client);
        assertThat(again.next("room.join")
                        .path("payload")
                        .path("recover")
                        .path("offset")
                        .asInt())
                .isEqualTo(4);
    }

    @Test
    void expiringTokenOfTheSocketIsRefreshed() {
        StoaClient signedIn =
                setup.peer.client().token(() -> "fresh").scheduler(setup.time).build();
        signedIn.room("chat");
        ServerEnd server = setup.connected(signedIn);

        server.event("room.token-expiring", "{\"expiresAt\":\"2026-11-21T10:00:00Z\"}");

        assertThat(server.next("room.refresh").path("payload").toString()).isEqualTo("{\"token\":\"fresh\"}");
        server.connection().drop();
        signedIn.close();
    }

    @Test
    void clientThatConnectsByItselfDoesSoForARoom() {
        StoaClient lazy = setup.peer.client().autoConnect(true).build();
        lazy.room("chat").joinAsync(JoinOptions.none());

        ServerEnd server = new ServerEnd(setup.peer.opened());

        server.next("room.join");
        server.connection().drop();
        lazy.close();
    }

    private static void join(ServerEnd server, Room room, long offset) {
        var joining = room.joinAsync(JoinOptions.none());
        server.letIn("e1", offset, false);
        await(joining);
    }

    private static void say(ServerEnd server, String room, long offset) {
        server.event(
                "room.message",
                "{\"room\":\"" + room + "\",\"message\":" + ServerEnd.message(room, "room", "e1", offset) + "}");
    }
}
