package dev.stoa.server.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.server.room.Coordinator;
import dev.stoa.server.room.Coordinator.BroadcastOptions;
import dev.stoa.server.room.Coordinator.UserInRoom;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Who hears what a coordinator broadcasts (actors protocol, section 6.4). Ada has two devices here, ben has one, and
/// cyd, who was joined by the application, has none.
class CoordinatorBroadcastTest {
    private final Lobby lobby = Lobby.open();
    private final Coordinator hall = lobby.rooms().room("hall").coordinator();
    private Guest phone;
    private Guest laptop;
    private Guest ben;

    @BeforeEach
    void comeIn() {
        hall.join("cyd");
        phone = lobby.in("hall", "ada");
        laptop = lobby.in("hall", "ada");
        ben = lobby.in("hall", "ben");
        lobby.awaitConnections("hall", 3);
    }

    @AfterEach
    void stop() {
        lobby.close();
    }

    /// What a guest hears next is said to everybody now, so that it has missed nothing before.
    private void hearNothing(Guest... guests) {
        hall.broadcast("mark", null);
        for (Guest guest : guests) {
            assertThat(nextMessage(guest)).isEqualTo("mark");
        }
    }

    private static void hear(String what, Guest... guests) {
        for (Guest guest : guests) {
            assertThat(nextMessage(guest)).isEqualTo(what);
        }
    }

    private static String nextMessage(Guest guest) {
        JsonNode message = guest.awaits("room.message").path("message");
        String data = message.path("data").asString("");
        return message.path("type").asString() + (data.isEmpty() ? "" : " " + data);
    }

    @Test
    void everyDeviceOfEveryMemberHearsItAndUsersWithOneAreCounted() {
        int reached = hall.broadcast("news", "all");

        hear("news all", phone, laptop, ben);
        assertThat(reached).isEqualTo(2);
    }

    @Test
    void exceptUserIdLeavesOutAllDevicesOfThatUser() {
        int reached = hall.broadcast("news", "not ada", BroadcastOptions.toAllBut("ada"));

        hear("news not ada", ben);
        hearNothing(phone, laptop, ben);
        assertThat(reached).isEqualTo(1);
    }

    @Test
    void exceptingSomebodyWithoutADeviceOrUnknownChangesNothing() {
        assertThat(hall.broadcast("news", "1", BroadcastOptions.toAllBut("cyd")))
                .isEqualTo(2);
        assertThat(hall.broadcast("news", "2", BroadcastOptions.toAllBut("nobody")))
                .isEqualTo(2);

        hear("news 1", phone, laptop, ben);
        hear("news 2", phone, laptop, ben);
    }

    @Test
    void userIdsChooseWhoHearsItOnAllTheirDevices() {
        int reached = hall.broadcast("news", "ada", BroadcastOptions.to(List.of("ada", "cyd", "nobody", "ada")));

        hear("news ada", phone, laptop);
        hearNothing(phone, laptop, ben);
        assertThat(reached).isEqualTo(1);
    }

    @Test
    void bothRulesTogetherReachWhoPassesBoth() {
        int reached = hall.broadcast("news", "ben", new BroadcastOptions("ada", List.of("ada", "ben")));
        int none = hall.broadcast("news", "nobody", new BroadcastOptions("ada", List.of("ada")));
        int empty = hall.broadcast("news", "nobody", BroadcastOptions.to(List.of()));

        hear("news ben", ben);
        hearNothing(phone, laptop, ben);
        assertThat(List.of(reached, none, empty)).containsExactly(1, 0, 0);
    }

    @Test
    void eachRecipientHearsThemInTheOrderOfTheCoordinator() {
        for (int i = 0; i < 50; i++) {
            hall.broadcast("to all", String.valueOf(i));
            hall.broadcast("to ada", String.valueOf(i), BroadcastOptions.to(List.of("ada")));
            hall.broadcast("not to ben", String.valueOf(i), BroadcastOptions.toAllBut("ben"));
        }

        for (int i = 0; i < 50; i++) {
            hear("to all " + i, phone, laptop, ben);
            hear("to ada " + i, phone, laptop);
            hear("not to ben " + i, phone, laptop);
        }
    }

    @Test
    void aHeldMemberHearsOnceItConnectsAndStaysWhenItsDevicesGo() {
        assertThat(hall.broadcast("news", "too early", BroadcastOptions.to(List.of("cyd"))))
                .isZero();
        Guest cyd = lobby.in("hall", "cyd");
        lobby.awaitConnections("hall", 4);

        int reached = hall.broadcast("news", "now", BroadcastOptions.to(List.of("cyd")));
        hear("news now", cyd);
        cyd.leave(1000);
        lobby.awaitConnections("hall", 3);
        int later = hall.broadcast("news", "too late", BroadcastOptions.to(List.of("cyd")));

        assertThat(List.of(reached, later)).containsExactly(1, 0);
        assertThat(hall.members()).extracting(UserInRoom::userId).containsExactly("cyd", "ada", "ben");
    }

    @Test
    void whoseLastDeviceGoesIsReachedUntilThen() {
        phone.leave(1000);
        lobby.awaitConnections("hall", 2);
        assertThat(hall.broadcast("news", "laptop", BroadcastOptions.to(List.of("ada"))))
                .isEqualTo(1);
        hear("news laptop", laptop);

        laptop.leave(1000);
        lobby.awaitConnections("hall", 1);

        assertThat(hall.broadcast("news", "nobody", BroadcastOptions.to(List.of("ada"))))
                .isZero();
        assertThat(hall.hasMember("ada")).isFalse();
    }
}
