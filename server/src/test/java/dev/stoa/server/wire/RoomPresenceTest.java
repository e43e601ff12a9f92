package dev.stoa.server.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.protocol.room.AuthorizeOptions;
import dev.stoa.protocol.room.JoinOptions;
import dev.stoa.protocol.room.LeaveOptions;
import dev.stoa.protocol.room.RoomPrincipal;
import dev.stoa.server.room.RoomRow;
import dev.stoa.server.room.Rooms;
import dev.stoa.server.room.RoomsOptions;
import dev.stoa.server.store.jdbc.JdbcStore;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Presence that does not lie (rooms protocol, section 4): who goes, when that is told, and why.
@RoomRow(7)
class RoomPresenceTest {
    private final ManualTimers clock = new ManualTimers();
    private Lobby lobby = Lobby.at(clock);

    @TempDir
    Path data;

    @AfterEach
    void stop() {
        lobby.close();
    }

    /// Hears of somebody's going, and why.
    private static String departure(Guest witness) {
        JsonNode event = witness.awaits("room.member");
        while (!event.path("event").asString().equals("left")) {
            event = witness.awaits("room.member");
        }
        return event.at("/member/memberId").asString() + " "
                + event.path("reason").asString();
    }

    /// Nothing more than this comes before what is said next.
    private void nothingWasToldTo(Guest witness) {
        lobby.room("hall").publish("mark", 1);
        witness.hears("room.message");
    }

    private Guest witness() {
        return staying("witness");
    }

    /// A guest whose token lasts.
    private Guest staying(String user) {
        Guest guest =
                lobby.with("hall", AuthorizeOptions.of(RoomPrincipal.user(user)).withTtlSeconds(86_400));
        guest.ask("room.join", "{}");
        return guest;
    }

    @Test
    void metadataThatWasNeverSetIsAsOldAsTheRoom() {
        Guest ada = staying("ada");
        String began = ada.ask("room.members", "{}").at("/members/0/joinedAt").asString();
        pass(Duration.ofSeconds(8), ada);

        assertThat(ada.ask("room.metadata", "{}").path("updatedAt").asString()).isEqualTo(began);
    }

    /// Lets time pass for guests that show that they are there.
    private void pass(Duration time, Guest... present) {
        Duration step = Duration.ofSeconds(4);
        Duration left = time;
        while (left.isPositive()) {
            Duration next = left.compareTo(step) < 0 ? left : step;
            clock.advance(next);
            left = left.minus(next);
            for (Guest guest : present) {
                guest.ask("room.lifecycle", "{}");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1005, 4000, 4999, 3000})
    void whoSaysGoodbyeIsGoneAtOnce(int code) {
        Guest witness = witness();

        lobby.in("hall", "ada").leave(code);

        assertThat(departure(witness)).isEqualTo("ada closed");
        assertThat(lobby.members("hall")).containsExactly("witness");
    }

    @ParameterizedTest
    @ValueSource(ints = {1001, 0})
    void whoVanishesIsGoneAfterFiveSeconds(int code) {
        Guest witness = witness();
        Guest ada = lobby.in("hall", "ada");
        witness.hears("room.member");
        if (code == 0) {
            ada.cut();
        } else {
            ada.leave(code);
        }
        lobby.awaitConnections("hall", 1);

        clock.advance(Duration.ofMillis(4_999));
        nothingWasToldTo(witness);
        assertThat(lobby.members("hall")).containsExactly("ada", "witness");
        clock.advance(Duration.ofMillis(1));

        assertThat(departure(witness)).isEqualTo("ada timeout");
        assertThat(lobby.members("hall")).containsExactly("witness");
    }

    @Test
    void aReloadIsNoEvent() {
        Guest witness = witness();
        Guest ada = lobby.in("hall", "ada");
        witness.hears("room.member");
        ada.leave(1001);
        lobby.awaitConnections("hall", 1);
        clock.advance(Duration.ofSeconds(3));

        Guest again = lobby.in("hall", "ada");
        pass(Duration.ofSeconds(30), witness, again);

        nothingWasToldTo(witness);
        again.hears("room.message");
        assertThat(lobby.members("hall")).containsExactly("ada", "witness");
    }

    @Test
    void aMemberStaysWhileOneOfItsConnectionsLives() {
        Guest witness = witness();
        Guest first = staying("ada");
        Guest second = staying("ada");
        witness.hears("room.member");

        first.leave(1000);
        lobby.awaitConnections("hall", 2);
        pass(Duration.ofMinutes(3), witness, second);
        nothingWasToldTo(witness);
        second.leave(1000);

        assertThat(departure(witness)).isEqualTo("ada closed");
    }

    @Test
    void aPeerThatAnswersNoPingVanishes() {
        Guest witness = witness();
        Guest ada = lobby.in("hall", "ada");
        witness.hears("room.member");

        clock.advance(Duration.ofSeconds(30));
        witness.ask("room.lifecycle", "{}");
        ada.isPinged();
        clock.advance(Duration.ofSeconds(5));
        lobby.awaitConnections("hall", 1);
        assertThat(lobby.members("hall")).contains("ada");
        clock.advance(Duration.ofSeconds(5));

        assertThat(ada.closed()).isEqualTo("4000 HEARTBEAT_TIMEOUT");
        assertThat(departure(witness)).isEqualTo("ada timeout");
    }

    @Test
    void whoHasNoSocketExpires() {
        Guest witness = witness();
        lobby.rooms().room("hall").join(JoinOptions.by(RoomPrincipal.user("ada")));
        witness.hears("room.member");

        pass(Duration.ofMillis(59_999), witness);
        nothingWasToldTo(witness);
        clock.advance(Duration.ofMillis(1));

        assertThat(departure(witness)).isEqualTo("ada timeout");
    }

    @Test
    void noGhostOutlivesAServerThatWasKilled() {
        lobby.close();
        Path copy = data.resolve("copy");
        Path live = data.resolve("live");
        lobby = onDisk(live);
        lobby.in("hall", "ada");
        Killed.copy(live, copy);
        lobby.close();

        lobby = onDisk(copy);
        Guest witness = witness();
        assertThat(lobby.members("hall")).containsExactly("ada", "witness");
        pass(Duration.ofSeconds(65), witness);

        assertThat(departure(witness)).isEqualTo("ada node-lost");
        assertThat(lobby.members("hall")).containsExactly("witness");
    }

    @Test
    void whoComesBackAfterARestartWasNeverGone() {
        lobby.close();
        lobby = onDisk(data);
        lobby.in("hall", "ada");
        witness();
        lobby.close();

        lobby = onDisk(data);
        Guest witness = witness();
        Guest ada = staying("ada");
        pass(Duration.ofMinutes(3), witness, ada);

        nothingWasToldTo(witness);
        assertThat(lobby.members("hall")).containsExactlyInAnyOrder("ada", "witness");
    }

    @Test
    void aGhostIsGoneEvenIfNobodyComes() {
        lobby.close();
        lobby = onDisk(data);
        lobby.in("hall", "ada");
        lobby.close();

        lobby = onDisk(data);
        clock.advance(Duration.ofSeconds(66));

        Awaitility.await()
                .pollInterval(Duration.ofMillis(5))
                .until(() -> lobby.rooms().stats().members() == 0);
    }

    private Lobby onDisk(Path directory) {
        return Lobby.open(
                Rooms.create("main"), settings -> settings.timers(clock).store(JdbcStore.sqlite(directory)));
    }

    @Test
    void whoComesBackWithoutAConnectionIsHeldToTheShortPresenceOfItsRoom() {
        lobby.close();
        lobby = Lobby.open(
                Rooms.create(RoomsOptions.named("main").withPresenceTtl(Duration.ofSeconds(1))),
                settings -> settings.timers(clock));
        Guest witness = witness();
        Guest ada = lobby.in("hall", "ada");
        witness.hears("room.member");
        clock.advance(Duration.ofSeconds(2));
        witness.ask("room.lifecycle", "{}");
        ada.cut();
        lobby.awaitConnections("hall", 1);

        lobby.room("hall").join(JoinOptions.as("ada"));
        clock.advance(Duration.ofMillis(1_500));

        assertThat(departure(witness)).isEqualTo("ada timeout");
    }

    @Test
    void presenceIsToldAtMostEveryFiftyMilliseconds() {
        Guest witness = witness();
        Guest ada = lobby.in("hall", "ada");
        Guest ben = lobby.in("hall", "ben");
        witness.hears("room.member");
        witness.hears("room.member");

        ada.ask("room.presence", "{'presence':{'x':0}}");
        for (int i = 1; i <= 20; i++) {
            ada.ask("room.presence", "{'presence':{'x':" + i + "}}");
            ben.ask("room.presence", "{'presence':{'y':" + i + "}}");
        }
        clock.advance(Duration.ofMillis(50));
        JsonNode first = witness.hears("room.presence");
        JsonNode second = witness.hears("room.presence");

        assertThat(first.path("changes").toString()).isEqualTo("[{\"memberId\":\"ada\",\"presence\":{\"x\":0}}]");
        assertThat(second.path("changes").toString())
                .isEqualTo("[{\"memberId\":\"ada\",\"presence\":{\"x\":20}},"
                        + "{\"memberId\":\"ben\",\"presence\":{\"y\":20}}]");
        nothingWasToldTo(witness);
    }

    @Test
    void whoIsPutOutOfTheRoomHearsItNoMore() {
        Guest witness = witness();
        Guest ada = lobby.in("hall", "ada");

        lobby.rooms().room("hall").leave(LeaveOptions.of("ada"));
        lobby.room("hall").publish("said", 1);

        assertThat(departure(witness)).isEqualTo("ada left");
        assertThat(lobby.rooms().connections()).isEqualTo(1);
        ada.ask("room.join", "{}");
        lobby.room("hall").publish("said", 2);
        assertThat(ada.awaits("room.message").at("/message/data").asInt()).isEqualTo(2);
    }

    @Test
    void joiningAgainWithTheSameChangesNothing() {
        Guest witness = witness();
        Guest ada = lobby.at("hall", "ada");

        ada.ask("room.join", "{'presence':{'x':1}}");
        ada.ask("room.join", "{'presence':{'x':1}}");
        ada.ask("room.join", "{'presence':{'x':2}}");

        assertThat(witness.hears("room.member").path("event").asString()).isEqualTo("joined");
        assertThat(witness.hears("room.member").at("/member/presence/x").asInt())
                .isEqualTo(2);
    }
}
