package dev.stoa.server.room;

import static dev.stoa.server.room.Refusals.refused;
import static dev.stoa.server.room.RoomHouse.ADA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.HistoryMessage;
import dev.stoa.protocol.room.JoinOptions;
import dev.stoa.protocol.room.Member;
import dev.stoa.server.room.Coordinator.BroadcastOptions;
import dev.stoa.server.room.Coordinator.UserInRoom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@OnEachStore
@Timeout(60)
class CoordinatorTest {
    private final RecordedHooks hooks = new RecordedHooks();
    private final RoomHouse house;
    private final Coordinator chat;

    CoordinatorTest(Keeping keeping) {
        this.house = keeping.house(Rooms.create("main").withHooks(hooks));
        this.chat = house.rooms.room("chat").coordinator();
    }

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void membersComeInTheOrderOfTheirFirstJoining() {
        chat.join("zoe", Map.of("n", 1));
        chat.join("ada");
        house.timers.advance(Duration.ofSeconds(1));
        chat.join("ben");
        chat.join("zoe", Map.of("n", 2));

        long later = house.timers.millis();
        assertThat(chat.members())
                .containsExactly(
                        new UserInRoom("zoe", later, RawJson.parse("{\"n\":2}")),
                        new UserInRoom("ada", later - 1000, RawJson.EMPTY_OBJECT),
                        new UserInRoom("ben", later, RawJson.EMPTY_OBJECT));
        assertThat(chat.memberCount()).isEqualTo(3);
        assertThat(chat.hasMember("ada")).isTrue();
        assertThat(chat.hasMember("eve")).isFalse();
    }

    @Test
    void theyAreTheSameMembersThatTheRoomHas() {
        chat.join("ada", Map.of("role", "host"));

        Room room = house.room("chat");
        assertThat(room.members().members()).extracting(Member::memberId).containsExactly("ada");
        room.join(JoinOptions.as("ben"));
        assertThat(chat.members()).extracting(UserInRoom::userId).containsExactly("ada", "ben");
    }

    @Test
    void aRepeatedJoinAsksAgainAndItsRefusalChangesNothing() {
        chat.join("ada", Map.of("n", 1));
        List<UserInRoom> before = chat.members();
        house.timers.advance(Duration.ofSeconds(1));
        hooks.onJoin = at -> {
            at.setState("seen", true);
            throw ProtocolException.of(ErrorCode.PERMISSION_DENIED, "no more");
        };

        refused(ErrorCode.PERMISSION_DENIED, () -> chat.join("ada", Map.of("n", 2)));

        assertThat(hooks.calls).containsExactly("init", "join ada", "join ada");
        assertThat(chat.members()).isEqualTo(before);
        assertThat(chat.roomState()).isEmpty();
    }

    @Test
    void leavingTwiceIsLeavingOnce() {
        chat.join("ada");

        chat.leave("ada");
        chat.leave("ada");
        chat.leave("nobody");

        assertThat(hooks.calls).containsExactly("init", "join ada", "leave ada LEFT");
    }

    @Test
    void membersStayWithoutAConnectionAndAcrossARestart() {
        chat.join("ada", Map.of("n", 1));
        chat.join("ben");
        chat.setRoomState("topic", "war");
        house.advance(Duration.ofMinutes(10));
        List<UserInRoom> before = chat.members();

        try (RoomHouse next = house.restarted()) {
            Coordinator again = next.rooms.room("chat").coordinator();

            assertThat(again.members()).isEqualTo(before);
            assertThat(again.roomState()).containsEntry("topic", RawJson.of("war"));
            again.join("cyd");
            again.join("ada");
            assertThat(again.members()).extracting(UserInRoom::userId).containsExactly("ada", "ben", "cyd");
        }
    }

    @Test
    void metadataMergesByTopLevelKeysAndUnknownUsersAreIgnored() {
        chat.join("ada", Map.of("a", 1, "b", 2));

        chat.updateMemberMetadata("ada", Map.of("b", 3, "c", 4));
        chat.updateMemberMetadata("nobody", Map.of("b", 3));

        assertThat(chat.members().getFirst().metadata().tree())
                .isEqualTo(RawJson.parse("{\"a\":1,\"b\":3,\"c\":4}").tree());
        refused(ErrorCode.INVALID_ARGUMENT, () -> chat.updateMemberMetadata("ada", List.of(1)));
    }

    @Test
    void whatIsSaidToAllIsKeptAndWhatIsSaidToSomeIsNot() {
        chat.join("ada");

        chat.broadcast("said", "to all");
        chat.broadcast("said", "to all but ada", BroadcastOptions.toAllBut("ada"));
        int reached = chat.broadcast("said", "to ada", BroadcastOptions.to(List.of("ada", "ada", "nobody")));

        assertThat(reached).isZero();
        assertThat(house.room("chat").history().items())
                .extracting(HistoryMessage::data)
                .containsExactly(RawJson.of("to all but ada"), RawJson.of("to all"));
    }

    @Test
    void aCoordinatorNeedsNoActorAndTellsTheOneItHas() {
        chat.broadcast("said", 1);
        house.rooms.room("chat").as(ADA).coordinator().broadcast("said", 2);

        assertThat(house.room("chat").history().items())
                .extracting(HistoryMessage::actor)
                .containsExactly(ADA, null);
    }

    @Test
    void stateIsSetAndKeptByKey() {
        chat.setRoomState("a", 1);
        chat.setRoomState("b", Map.of("x", List.of(true)));
        chat.setRoomState("a", null);

        assertThat(chat.roomState())
                .containsExactly(Map.entry("a", RawJson.NULL), Map.entry("b", RawJson.parse("{\"x\":[true]}")));
        refused(ErrorCode.INVALID_ARGUMENT, () -> chat.setRoomState("", 1));
        refused(ErrorCode.INVALID_ARGUMENT, () -> chat.setRoomState("big", "x".repeat(70_000)));
    }

    @Test
    void badUsersEventsAndMetadataAreRefused() {
        refused(ErrorCode.INVALID_ARGUMENT, () -> chat.join(""));
        refused(ErrorCode.INVALID_ARGUMENT, () -> chat.join("x".repeat(257)));
        refused(ErrorCode.INVALID_ARGUMENT, () -> chat.join("ada", List.of()));
        refused(ErrorCode.INVALID_ARGUMENT, () -> chat.join("ada", Map.of("x", "y".repeat(17_000))));
        refused(ErrorCode.INVALID_ARGUMENT, () -> chat.broadcast("", 1));

        assertThat(chat.memberCount()).isZero();
    }
}
