package dev.stoa.app.playground;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.app.Peer;
import dev.stoa.server.Stoa;
import dev.stoa.server.endpoint.router.Authentication;
import dev.stoa.server.session.Principal;
import dev.stoa.server.store.MemoryStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// What docs/playground.md promises to other clients, over a socket.
class PlaygroundTest {
    /// The clock stands still, so that whoever was too fast once stays so.
    private final Stoa stoa = Stoa.builder()
            .port(0)
            .store(new MemoryStore())
            .app(Playground.authenticatedBy(
                    request -> request.token()
                            .<Authentication>map(user -> Authentication.accept(principalOf(user)))
                            .orElseGet(Authentication::anonymous),
                    InstantSource.fixed(Instant.EPOCH)))
            .start();

    private int calls;

    @AfterEach
    void close() {
        stoa.close();
    }

    @Test
    void newcomerIsWelcomedByName() {
        try (Peer ada = connect("ada");
                Peer reader = connect("rita:ro");
                Peer guest = Peer.connect("ws://127.0.0.1:" + stoa.port() + "/ws")) {
            JsonNode welcome = ada.expect("WELCOME");

            assertThat(welcome.path("you").asString()).isEqualTo("ada");
            assertThat(welcome.path("readOnly").asBoolean()).isFalse();
            assertThat(reader.expect("WELCOME").path("readOnly").asBoolean()).isTrue();
            assertThat(guest.expect("WELCOME").path("you").asString()).hasSize(36);
        }
    }

    @Test
    void whatIsSaidReachesTheRoomAndNobodyElse() {
        try (Peer ada = joined("ada", "lobby");
                Peer eve = joined("eve", "garden");
                Peer bob = joined("bob", "lobby")) {
            ada.expect("room.member");

            ada.send(said("lobby", "hello"));

            JsonNode heard = bob.expect("room.message").path("message");
            assertThat(heard.path("actor").path("userId").asString()).isEqualTo("ada");
            assertThat(heard.path("data").path("text").asString()).isEqualTo("hello");
            eve.send("{\"type\":\"COUNT\",\"meta\":{\"correlationId\":\"c\"},\"payload\":{\"to\":1,\"delayMs\":0}}");
            eve.next("$ws:rpc-progress");
        }
    }

    @Test
    void whatWasSaidIsThereForWhoeverComesLater() {
        try (Peer ada = joined("ada", "lobby")) {
            ada.send(said("lobby", "early"));
            awaitType(ada, "room.published");
        }
        try (Peer bob = joined("bob", "lobby")) {
            bob.send("{\"type\":\"room.history\",\"meta\":{\"correlationId\":\"h\"},\"payload\":{\"room\":\"lobby\"}}");

            JsonNode history = awaitType(bob, "room.history.result").path("payload");
            assertThat(history.path("items").get(0).path("data").path("text").asString())
                    .isEqualTo("early");
        }
    }

    @Test
    void membersAreToldWhoComesAndGoes() {
        try (Peer ada = joined("ada", "lobby")) {
            try (Peer _ = joined("bob", "lobby")) {
                JsonNode came = ada.expect("room.member");
                assertThat(came.path("event").asString()).isEqualTo("joined");
                assertThat(came.path("member").path("memberId").asString()).isEqualTo("bob");
            }
            JsonNode left = ada.expect("room.member");
            assertThat(left.path("event").asString()).isEqualTo("left");
            assertThat(left.path("reason").asString()).isEqualTo("closed");
        }
    }

    @Test
    void socketOfOneRoomMeetsTheSameRoom() {
        try (Peer ada = joined("ada", "lobby");
                Peer bob = Peer.connect("ws://127.0.0.1:" + stoa.port() + "/rooms/room/lobby?access_token=bob")) {
            bob.expect("room.joined");
            ada.expect("room.member");

            ada.send(said("lobby", "hello"));

            assertThat(awaitType(bob, "room.message")
                            .path("payload")
                            .path("message")
                            .path("data")
                            .path("text")
                            .asString())
                    .isEqualTo("hello");
        }
    }

    @Test
    void documentsAreAtTheirPath() {
        try (Stoa own = Stoa.builder()
                        .port(0)
                        .store(new MemoryStore())
                        .app(new Playground())
                        .start();
                Peer ada =
                        Peer.connect("ws://127.0.0.1:" + own.port() + "/documents?roomId=b&clientId=ada&token=any")) {
            ada.next("clientCount");

            ada.send("{\"type\":\"patch\",\"documentPatches\":[{\"e\":{\"_exists\":true}}]}");

            assertThat(ada.next("ack").path("timestamp").asInt()).isEqualTo(1);
        }
    }

    @Test
    void countTellsEveryNumberAndEnds() {
        try (Peer ada = welcomed("ada")) {
            ada.send("{\"type\":\"COUNT\",\"meta\":{\"correlationId\":\"c\"},\"payload\":{\"to\":3,\"delayMs\":1}}");

            for (int number = 1; number <= 3; number++) {
                JsonNode progress = ada.next("$ws:rpc-progress").path("data");
                assertThat(progress.path("counted").asInt()).isEqualTo(number);
                assertThat(progress.path("to").asInt()).isEqualTo(3);
            }
            assertThat(ada.expect("COUNTED").path("counted").asInt()).isEqualTo(3);
        }
    }

    @Test
    void abortedCountIsCancelled() {
        try (Peer ada = welcomed("ada")) {
            ada.send("{\"type\":\"COUNT\",\"meta\":{\"correlationId\":\"c\"},\"payload\":{\"to\":2,\"delayMs\":1000}}");

            ada.send("{\"type\":\"$ws:abort\",\"meta\":{\"correlationId\":\"c\"}}");

            assertThat(ada.expect("RPC_ERROR").path("code").asString()).isEqualTo("CANCELLED");
        }
    }

    @Test
    void readersListenAndDoNotSpeak() {
        try (Peer ada = joined("ada", "lobby");
                Peer rita = joined("rita:ro", "lobby")) {
            rita.send(said("lobby", "x"));
            assertThat(awaitType(rita, "RPC_ERROR").path("payload").path("code").asString())
                    .isEqualTo("PERMISSION_DENIED");

            ada.send(said("lobby", "hi"));

            awaitType(rita, "room.message");
        }
    }

    @Test
    void countsAreChecked() {
        try (Peer ada = welcomed("ada")) {
            ada.send("{\"type\":\"COUNT\",\"meta\":{\"correlationId\":\"c\"},\"payload\":{\"to\":1001,\"delayMs\":0}}");

            assertThat(ada.expect("RPC_ERROR").path("code").asString()).isEqualTo("INVALID_ARGUMENT");
        }
    }

    @Test
    void floodIsHeldBackWithATimeToWait() {
        try (Peer ada = joined("ada", "lobby")) {
            for (int i = 0; i < 300; i++) {
                ada.send(said("lobby", "x"));
            }

            JsonNode error = awaitType(ada, "RPC_ERROR").path("payload");
            assertThat(error.path("code").asString()).isEqualTo("RESOURCE_EXHAUSTED");
            assertThat(error.path("retryAfterMs").asLong()).isPositive();
        }
    }

    private Peer connect(String user) {
        return Peer.connect("ws://127.0.0.1:" + stoa.port() + "/ws?access_token=" + user);
    }

    private Peer welcomed(String user) {
        Peer peer = connect(user);
        peer.expect("WELCOME");
        return peer;
    }

    private Peer joined(String user, String room) {
        Peer peer = welcomed(user);
        peer.send(
                "{\"type\":\"room.join\",\"meta\":{\"correlationId\":\"j\"},\"payload\":{\"room\":\"" + room + "\"}}");
        peer.expect("room.joined");
        return peer;
    }

    /// A call of its own each time: one that repeats the id of a call in flight is passed over.
    private String said(String room, String text) {
        return "{\"type\":\"room.publish\",\"meta\":{\"correlationId\":\"s" + ++calls + "\"},\"payload\":{\"room\":\""
                + room + "\",\"type\":\"said\",\"data\":{\"text\":\"" + text + "\"}}}";
    }

    /// The next message of a type, whatever comes before it.
    private static JsonNode awaitType(Peer peer, String type) {
        JsonNode next = peer.next();
        while (!next.path("type").asString("").equals(type)) {
            next = peer.next();
        }
        return next;
    }

    private static Principal principalOf(String user) {
        String id = user.replace(":ro", "");
        return new Principal(id, id.equals(user) ? Map.of() : Map.of(Principal.READ_ONLY, true));
    }
}
