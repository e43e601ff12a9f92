package dev.stoa.app.playground;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.app.Peer;
import dev.stoa.server.Stoa;
import dev.stoa.server.endpoint.router.Authentication;
import dev.stoa.server.session.Principal;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// What docs/playground.md promises to other clients, over a socket.
class PlaygroundTest {
    private final Stoa stoa = Stoa.builder()
            .port(0)
            .app(Playground.authenticatedBy(request -> request.token()
                    .<Authentication>map(user -> Authentication.accept(principalOf(user)))
                    .orElseGet(Authentication::anonymous)))
            .start();

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
            assertThat(guest.expect("WELCOME").path("you").asString()).matches("guest-\\d{4}");
        }
    }

    @Test
    void whatIsSaidReachesTheRoomAndNobodyElse() {
        try (Peer ada = joined("ada", "lobby");
                Peer eve = joined("eve", "garden");
                Peer bob = joined("bob", "lobby")) {
            ada.expect("MEMBERS");

            ada.send("{\"type\":\"SAY\",\"payload\":{\"room\":\"lobby\",\"text\":\"hello\"}}");

            JsonNode heard = bob.expect("SAID");
            assertThat(heard.path("from").asString()).isEqualTo("ada");
            assertThat(heard.path("text").asString()).isEqualTo("hello");
            assertThat(heard.path("at").asLong()).isPositive();
            ada.expect("SAID");
            eve.send("{\"type\":\"COUNT\",\"meta\":{\"correlationId\":\"c\"},\"payload\":{\"to\":1,\"delayMs\":0}}");
            eve.next("$ws:rpc-progress");
        }
    }

    @Test
    void membersAreToldWhoComesAndGoes() {
        try (Peer ada = joined("ada", "lobby")) {
            Peer bob = joined("bob", "lobby");

            assertThat(names(ada.expect("MEMBERS"))).isEqualTo("[\"ada\",\"bob\"]");
            bob.send("{\"type\":\"LEAVE\",\"meta\":{\"correlationId\":\"l\"},\"payload\":{\"room\":\"lobby\"}}");
            bob.expect("LEFT");
            assertThat(names(ada.expect("MEMBERS"))).isEqualTo("[\"ada\"]");
            join(bob, "lobby");
            assertThat(names(ada.expect("MEMBERS"))).isEqualTo("[\"ada\",\"bob\"]");
            bob.close();
            assertThat(names(ada.expect("MEMBERS"))).isEqualTo("[\"ada\"]");
        }
    }

    @Test
    void joiningAgainIsAnsweredAndNotAnnounced() {
        try (Peer ada = joined("ada", "lobby");
                Peer bob = joined("bob", "lobby")) {
            ada.expect("MEMBERS");

            assertThat(join(bob, "lobby").path("count").asInt()).isEqualTo(2);

            bob.send("{\"type\":\"SAY\",\"payload\":{\"room\":\"lobby\",\"text\":\"still here\"}}");
            ada.expect("SAID");
        }
    }

    @Test
    void typingIsToldToTheOthersOnly() {
        try (Peer ada = joined("ada", "lobby");
                Peer bob = joined("bob", "lobby")) {
            ada.expect("MEMBERS");

            bob.send("{\"type\":\"TYPING\",\"payload\":{\"room\":\"lobby\",\"typing\":true}}");
            bob.send("{\"type\":\"SAY\",\"payload\":{\"room\":\"lobby\",\"text\":\"x\"}}");

            assertThat(ada.expect("IS_TYPING").path("name").asString()).isEqualTo("bob");
            bob.expect("SAID");
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
    void strangersToARoomCannotSpeakInIt() {
        try (Peer ada = welcomed("ada")) {
            ada.send("{\"type\":\"SAY\",\"meta\":{\"correlationId\":\"7\"},"
                    + "\"payload\":{\"room\":\"lobby\",\"text\":\"x\"}}");

            JsonNode error = ada.next("ERROR");
            assertThat(error.path("payload").path("code").asString()).isEqualTo("FAILED_PRECONDITION");
            assertThat(error.path("meta").path("correlationId").asString()).isEqualTo("7");
        }
    }

    @Test
    void readersListenAndDoNotSpeak() {
        try (Peer ada = joined("ada", "lobby");
                Peer rita = joined("rita:ro", "lobby")) {
            ada.expect("MEMBERS");

            rita.send("{\"type\":\"SAY\",\"payload\":{\"room\":\"lobby\",\"text\":\"x\"}}");
            assertThat(rita.expect("ERROR").path("code").asString()).isEqualTo("PERMISSION_DENIED");

            ada.send("{\"type\":\"SAY\",\"payload\":{\"room\":\"lobby\",\"text\":\"hi\"}}");

            assertThat(rita.expect("SAID").path("text").asString()).isEqualTo("hi");
        }
    }

    @Test
    void roomNamesTextsAndCountsAreChecked() {
        try (Peer ada = welcomed("ada")) {
            for (String wrong : new String[] {
                "{\"type\":\"SAY\",\"payload\":{\"room\":\"lobby\",\"text\":\" \"}}",
                "{\"type\":\"SAY\",\"payload\":{\"room\":\"Lobby\",\"text\":\"x\"}}",
                "{\"type\":\"SAY\",\"payload\":{\"room\":\"lobby\",\"text\":\"" + "x".repeat(501) + "\"}}"
            }) {
                ada.send(wrong);
                assertThat(ada.expect("ERROR").path("code").asString()).isEqualTo("INVALID_ARGUMENT");
            }
            ada.send("{\"type\":\"COUNT\",\"meta\":{\"correlationId\":\"c\"},\"payload\":{\"to\":1001,\"delayMs\":0}}");
            assertThat(ada.expect("RPC_ERROR").path("code").asString()).isEqualTo("INVALID_ARGUMENT");
        }
    }

    @Test
    void floodIsHeldBackWithATimeToWait() {
        try (Peer ada = joined("ada", "lobby")) {
            for (int i = 0; i < 100; i++) {
                ada.send("{\"type\":\"SAY\",\"payload\":{\"room\":\"lobby\",\"text\":\"x\"}}");
            }

            JsonNode error = null;
            for (int said = 0; error == null && said < 100; said++) {
                JsonNode next = ada.next();
                error = next.path("type").asString().equals("ERROR") ? next.path("payload") : null;
            }
            assertThat(error).isNotNull();
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
        join(peer, room);
        return peer;
    }

    private static JsonNode join(Peer peer, String room) {
        peer.send("{\"type\":\"JOIN\",\"meta\":{\"correlationId\":\"j\"},\"payload\":{\"room\":\"" + room + "\"}}");
        return peer.expect("JOINED");
    }

    private static String names(JsonNode members) {
        return members.path("members").toString();
    }

    private static Principal principalOf(String user) {
        String id = user.replace(":ro", "");
        return new Principal(id, id.equals(user) ? Map.of() : Map.of(Principal.READ_ONLY, true));
    }
}
