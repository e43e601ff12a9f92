package dev.stoa.client.room;

import static dev.stoa.client.room.RoomPublishTest.failure;
import static dev.stoa.client.room.RoomSetup.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stoa.client.Reconnect;
import dev.stoa.client.Recording;
import dev.stoa.client.TokenPlacement;
import dev.stoa.client.error.ConnectFailedException;
import dev.stoa.client.error.RequestTimeoutException;
import dev.stoa.client.error.RoomEndedException;
import dev.stoa.client.error.RoomEndedException.Reason;
import dev.stoa.client.error.RpcException;
import dev.stoa.protocol.room.JoinOptions;
import dev.stoa.protocol.room.RoomMessages.Destroyed;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// A room's own socket: how it connects, and what its close codes mean (rooms protocol, sections 6 and 7).
class RoomSocketTest {
    private final RoomSetup setup = new RoomSetup();
    private final Recording<RoomEndedException> ends = new Recording<>();
    private final Room room = setup.own().build();

    RoomSocketTest() {
        room.onEnded(ends);
    }

    @AfterEach
    void close() throws IOException {
        setup.close();
        room.close();
    }

    @Test
    void tokenGoesIntoTheSubprotocols() {
        room.joinAsync(JoinOptions.none());

        var request = setup.peer.arrival();

        assertThat(request.target()).isEqualTo("/rooms/room/chat");
        assertThat(request.header("Sec-WebSocket-Protocol")).isEqualTo("stoa.room.v1, bearer.t1");
        request.drop();
    }

    @Test
    void tokenMayGoIntoTheQuery() {
        Room dev = setup.own()
                .token(() -> "dev:ada")
                .connection(settings -> settings.tokenIn(TokenPlacement.query()))
                .build();
        dev.joinAsync(JoinOptions.none());

        var request = setup.peer.arrival();

        assertThat(request.target()).isEqualTo("/rooms/room/chat?access_token=dev%3Aada");
        request.drop();
        dev.close();
    }

    @ParameterizedTest
    @CsvSource({
        "a b, /rooms/room/a%20b",
        "a/b?c#d, /rooms/room/a%2Fb%3Fc%23d",
        "é€, /rooms/room/%C3%A9%E2%82%AC",
        "a+b%, /rooms/room/a%2Bb%25",
        ".., /rooms/room/%2E%2E",
        "a-b_c~1, /rooms/room/a-b_c~1"
    })
    void nameIsPercentEncodedAndReadBack(String name, String path) {
        Room named = Room.builder(setup.peer.origin() + "/", name).build();
        named.joinAsync(JoinOptions.none());

        var request = setup.peer.arrival();

        assertThat(request.target()).isEqualTo(path);
        assertThat(Room.at(setup.peer.origin() + path).build().name()).isEqualTo(name);
        request.drop();
        named.close();
    }

    @Test
    void wrongNamesAndUrlsAreRefused() {
        assertThatThrownBy(() -> Room.builder("ws://h", "")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Room.builder("ws://h", "x".repeat(257)))
                .hasMessageContaining("1 to 256 characters")
                .hasMessageContaining("257");
        assertThatThrownBy(() -> Room.builder("ws://h", "a\nb")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Room.at("ws://h/rooms/channel/news")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Room.builder("http://h", "a")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void joinReturnsTheRoomAsItIs() {
        Recording<String> topics = new Recording<>();
        Thread.startVirtualThread(() -> topics.accept(room.join(JoinOptions.as("ada")
                        .withMetadata(Map.of("role", "host"))
                        .withPresence(Map.of("here", true)))
                .metadata()
                .toString()));
        ServerEnd server = setup.opened();
        JsonNode join = server.letIn("e1", 5, false);

        assertThat(topics.next()).isEqualTo("{\"topic\":\"tea\"}");
        assertThat(join.path("payload").toString())
                .isEqualTo("{\"memberId\":\"ada\",\"metadata\":{\"role\":\"host\"},\"presence\":{\"here\":true}}");
        assertThat(room.memberId()).contains("ada");
        assertThat(room.metadata().toString()).isEqualTo("{\"topic\":\"tea\"}");
        assertThat(room.state()).isEqualTo(RoomState.JOINED);
    }

    @Test
    void cutDuringTheFirstJoinDelaysIt() {
        var joining = room.joinAsync(JoinOptions.none());
        ServerEnd server = setup.opened();
        server.next("room.join");

        server = setup.reopenedAfterCut(server);
        JsonNode join = server.letIn("e1", 5, false);

        assertThat(await(joining).offset()).isEqualTo(5);
        assertThat(join.path("payload").has("recover")).isFalse();
    }

    @Test
    void refusedJoinFailsAndMayBeTriedAgain() {
        var joining = room.joinAsync(JoinOptions.none());
        ServerEnd server = setup.opened();
        server.refuse(server.next("room.join"), "PERMISSION_DENIED");
        assertThat(failure(joining)).isInstanceOf(RpcException.class);
        assertThat(room.state()).isEqualTo(RoomState.NEW);

        joining = room.joinAsync(JoinOptions.none());
        server.letIn("e1", 5, false);

        assertThat(await(joining).offset()).isEqualTo(5);
    }

    @Test
    void joinWithoutAnswerFailsInTime() {
        var joining = room.joinAsync(JoinOptions.none());
        setup.opened().next("room.join");

        setup.time.advance(Duration.ofSeconds(30));

        assertThat(failure(joining)).isInstanceOf(RequestTimeoutException.class);
        assertThat(room.state()).isEqualTo(RoomState.NEW);
    }

    @Test
    void joinWithoutAnyConnectionSaysWhy() {
        Room once = setup.own()
                .connection(settings -> settings.reconnect(Reconnect.off()))
                .build();
        var joining = once.joinAsync(JoinOptions.none());

        setup.peer.arrival().refuse(503);

        assertThat(failure(joining)).isInstanceOf(ConnectFailedException.class).hasMessageContaining("503");
    }

    @Test
    void secondJoinChangesTheMemberWithoutRecovery() {
        Recording<Long> offsets = new Recording<>();
        room.onMessage(message -> offsets.accept(message.offset()));
        ServerEnd server = setup.joined(room, 10);

        var again = room.joinAsync(JoinOptions.none().withMetadata(Map.of("role", "guest")));
        JsonNode join = server.next("room.join");
        server.said("e1", 11);
        server.joined(join, "e1", 12, false);
        server.said("e1", 12);

        await(again);
        assertThat(join.path("payload").toString()).isEqualTo("{\"metadata\":{\"role\":\"guest\"}}");
        assertThat(offsets.next()).isEqualTo(11);
        assertThat(offsets.next()).isEqualTo(12);
    }

    @Test
    void refusedTokenIsReplacedOnce() {
        ServerEnd server = setup.joined(room, 1);
        server.connection().close(4401);
        setup.time.pass(RoomSetup.FIRST_RETRY);
        var second = setup.peer.arrival();
        second.open("stoa.room.v1");

        second.close(4401);

        assertThat(second.header("Sec-WebSocket-Protocol")).endsWith("bearer.t2");
        assertThat(ends.next().reason()).isEqualTo(Reason.TOKEN_REFUSED);
        assertThat(setup.tokensAsked()).isEqualTo(2);
    }

    @Test
    void freshTokenThatIsGoodMakesTheOldOneForgotten() {
        ServerEnd server = setup.joined(room, 1);
        for (int i = 0; i < 3; i++) {
            server.connection().close(4401);
            setup.time.pass(RoomSetup.FIRST_RETRY);
            server = setup.opened();
            server.letIn("e1", 1, true);
            await(room.publish("said", i)
                    .copy()
                    .completeOnTimeout(null, 1, java.util.concurrent.TimeUnit.MILLISECONDS));
            server.next("room.publish");
        }

        assertThat(setup.tokensAsked()).isEqualTo(4);
        assertThat(room.ended()).isEmpty();
    }

    @Test
    void handshakeRefusedForItsTokenCountsTheSame() {
        var joining = room.joinAsync(JoinOptions.none());
        setup.peer.arrival().refuse(401);
        setup.time.pass(RoomSetup.FIRST_RETRY);
        setup.peer.arrival().refuse(401);

        assertThat(failure(joining))
                .isInstanceOfSatisfying(
                        RoomEndedException.class,
                        ended -> assertThat(ended.reason()).isEqualTo(Reason.TOKEN_REFUSED));
    }

    @ParameterizedTest
    @CsvSource({"4403, FORBIDDEN", "4410, DESTROYED"})
    void finalCloseCodesEndTheRoom(int code, Reason reason) {
        ServerEnd server = setup.joined(room, 1);
        var publish = room.publish("said", 1);
        server.next("room.publish");

        server.connection().close(code);

        assertThat(ends.next().reason()).isEqualTo(reason);
        assertThat(room.state()).isEqualTo(RoomState.ENDED);
        assertThat(failure(publish)).isInstanceOf(RoomEndedException.class);
        assertThat(failure(room.publish("said", 2))).isInstanceOf(RoomEndedException.class);
        assertThat(failure(room.joinAsync(JoinOptions.none()))).isInstanceOf(RoomEndedException.class);
        assertThat(setup.peer.isIdle()).isTrue();
    }

    @Test
    void destroyedRoomSaysSoBeforeItEnds() {
        Recording<Destroyed> destroyed = new Recording<>();
        room.onDestroyed(destroyed);
        ServerEnd server = setup.joined(room, 1);

        server.event("room.destroyed", "{\"destroyedAt\":\"2026-11-21T10:00:00Z\"}");

        assertThat(destroyed.next().destroyedAt()).isEqualTo("2026-11-21T10:00:00Z");
        assertThat(ends.next().reason()).isEqualTo(Reason.DESTROYED);
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1006, 1011, 4408, 4429})
    void otherCloseCodesAreFollowedByARecovery(int code) {
        ServerEnd server = setup.joined(room, 7);
        if (code == 1006) {
            server.connection().cut();
        } else {
            server.connection().close(code);
        }
        setup.time.pass(RoomSetup.FIRST_RETRY);

        JsonNode join = setup.opened().next("room.join");

        assertThat(join.path("payload").path("recover").path("offset").asInt()).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"retryAfterMs\":2500}", "restart; retryAfterMs=2500", "retryAfterMs: 2500"})
    void serverSaysWhenToComeBack(String reason) {
        ServerEnd server = setup.joined(room, 7);

        server.connection().sendClose(1012, reason);
        setup.time.pass(Duration.ofMillis(2500));

        setup.opened().next("room.join");
    }

    @Test
    void socketThatOpensInVainWaitsLongerEachTime() {
        ServerEnd server = setup.joined(room, 7);
        for (long millis : new long[] {300, 600, 1200, 2400}) {
            server.connection().close(4429);
            setup.time.pass(Duration.ofMillis(millis));
            server = setup.opened();
        }
    }

    @Test
    void expiringTokenIsRefreshed() {
        ServerEnd server = setup.joined(room, 1);

        server.event("room.token-expiring", "{\"expiresAt\":\"2026-11-21T10:00:00Z\"}");
        JsonNode refresh = server.next("room.refresh");

        assertThat(refresh.path("payload").toString()).isEqualTo("{\"token\":\"t2\"}");
        server.answer(refresh, "room.refreshed", "{\"expiresAt\":\"2026-11-21T10:05:00Z\"}");
        server.event("room.token-expiring", "{\"expiresAt\":\"2026-11-21T10:05:00Z\"}");
        assertThat(server.next("room.refresh").path("payload").toString()).isEqualTo("{\"token\":\"t3\"}");
    }

    @Test
    void refusedRefreshIsTriedAgainWithAnotherTokenThenLeftToTheServer() {
        ServerEnd server = setup.joined(room, 1);
        server.event("room.token-expiring", "{\"expiresAt\":\"2026-11-21T10:00:00Z\"}");
        server.refuse(server.next("room.refresh"), "UNAUTHENTICATED");
        setup.time.pass(Duration.ofSeconds(5));
        server.refuse(server.next("room.refresh"), "UNAUTHENTICATED");
        setup.time.pass(Duration.ofSeconds(5));
        server.refuse(server.next("room.refresh"), "UNAUTHENTICATED");

        server.connection().close(4401);
        setup.time.pass(RoomSetup.FIRST_RETRY);
        var again = setup.peer.arrival();

        assertThat(again.header("Sec-WebSocket-Protocol")).endsWith("bearer.t5");
        again.drop();
    }

    @Test
    void leavingEndsTheSocketAndJoiningOpensAnother() {
        ServerEnd server = setup.joined(room, 1);
        var leaving = room.leave();
        JsonNode leave = server.next("room.leave");
        server.answer(
                leave,
                "room.left",
                "{\"room\":\"chat\",\"kind\":\"room\",\"memberId\":\"ada\",\"leftAt\":\"2026-11-21T10:00:00Z\"}");
        server.connection().answerClose();

        assertThat(await(leaving).memberId()).isEqualTo("ada");
        assertThat(room.state()).isEqualTo(RoomState.LEFT);
        var joining = room.joinAsync(JoinOptions.none());
        JsonNode join = setup.opened().letIn("e1", 9, false);
        assertThat(await(joining).offset()).isEqualTo(9);
        assertThat(join.path("payload").has("recover")).isFalse();
    }

    @Test
    void closedRoomIsOver() {
        ServerEnd server = setup.joined(room, 1);
        Thread.startVirtualThread(server.connection()::answerClose);

        room.close();

        assertThat(ends.next().reason()).isEqualTo(Reason.CLOSED);
        assertThat(room.ended()).isPresent();
    }
}
