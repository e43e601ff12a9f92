package dev.stoa.server.room;

import static dev.stoa.server.room.Refusals.refused;
import static dev.stoa.server.room.RoomHouse.ADA;
import static dev.stoa.server.room.RoomHouse.BEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.AuthorizeOptions;
import dev.stoa.protocol.room.AwarenessOptions;
import dev.stoa.protocol.room.DestroyOptions;
import dev.stoa.protocol.room.DocumentOptions;
import dev.stoa.protocol.room.HistoryOptions;
import dev.stoa.protocol.room.JoinOptions;
import dev.stoa.protocol.room.LeaveOptions;
import dev.stoa.protocol.room.LeaveResult;
import dev.stoa.protocol.room.Member;
import dev.stoa.protocol.room.MembersOptions;
import dev.stoa.protocol.room.MembersResult;
import dev.stoa.protocol.room.MessageInput;
import dev.stoa.protocol.room.MetadataOptions;
import dev.stoa.protocol.room.PresenceOptions;
import dev.stoa.protocol.room.PresenceResult;
import dev.stoa.protocol.room.RoomKind;
import dev.stoa.protocol.room.RoomPrincipal;
import dev.stoa.protocol.room.UpdateOptions;
import dev.stoa.server.entity.Answers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@OnEachStore
@Timeout(60)
class MembersTest {
    private final Keeping keeping;
    private RoomHouse house;
    private Room room;

    MembersTest(Keeping keeping) {
        this.keeping = keeping;
        this.house = keeping.house();
        this.room = house.room("lobby");
    }

    @AfterEach
    void close() {
        house.close();
    }

    private Instant now() {
        return Instant.ofEpochMilli(house.timers.millis());
    }

    @Test
    void joiningAnswersWithTheWholeMember() {
        Member member = room.join(
                JoinOptions.by(BEN).withMetadata(Map.of("role", "host")).withPresence(Map.of("typing", true)));

        assertThat(member)
                .isEqualTo(new Member(
                        "ben",
                        "lobby",
                        RoomKind.ROOM,
                        now(),
                        now(),
                        null,
                        BEN,
                        RawJson.parse("{\"role\":\"host\"}"),
                        RawJson.parse("{\"typing\":true}")));
        assertThat(room.members().members()).containsExactly(member);
    }

    @Test
    void theMemberIsWhoeverActsUnlessItIsNamed() {
        RoomPrincipal device = new RoomPrincipal(
                dev.stoa.protocol.room.PrincipalKind.USER, "device-1", null, "s", "t", "a@example.org", "Ada");

        assertThat(room.join().memberId()).isEqualTo("ada");
        assertThat(room.join(JoinOptions.by(device)).memberId()).isEqualTo("device-1");
        assertThat(room.join(JoinOptions.as("named")).memberId()).isEqualTo("named");
        assertThat(room.members().count()).isEqualTo(3);
    }

    @Test
    void joiningAgainRefreshesAndKeepsWhatIsNotGiven() {
        Member first = room.join(JoinOptions.none().withMetadata(Map.of("a", 1)).withPresence(Map.of("p", 1)));
        house.timers.advance(Duration.ofSeconds(5));

        Member again = room.join(JoinOptions.none().withMetadata(Map.of("b", 2)));

        assertThat(again.joinedAt()).isEqualTo(first.joinedAt());
        assertThat(again.lastSeenAt()).isEqualTo(now());
        assertThat(again.metadata()).isEqualTo(RawJson.parse("{\"b\":2}"));
        assertThat(again.presence()).isEqualTo(RawJson.parse("{\"p\":1}"));
        assertThat(room.members().count()).isEqualTo(1);
    }

    @Test
    void leavingTellsWhenAndLeavingAgainTellsTheTime() {
        room.join();

        LeaveResult left = room.leave(LeaveOptions.of("ada"));
        assertThat(left).isEqualTo(new LeaveResult("lobby", RoomKind.ROOM, "ada", now()));
        house.timers.advance(Duration.ofSeconds(1));

        assertThat(room.leave(LeaveOptions.of("ada")).leftAt()).isEqualTo(now());
        assertThat(room.leave().memberId()).isEqualTo("ada");
        assertThat(room.members().members()).isEmpty();
    }

    @Test
    void membersArePagedByTimeOfJoiningThenById() {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            room.join(JoinOptions.as("b" + (char) ('a' + i)));
            expected.add("b" + (char) ('a' + i));
        }
        house.timers.advance(Duration.ofMillis(1));
        room.join(JoinOptions.as("a"));
        expected.add("a");
        List<String> seen = new ArrayList<>();
        @Nullable String cursor = null;

        do {
            MembersResult page = room.members(new MembersOptions(7, cursor));
            assertThat(page.count()).isEqualTo(26);
            page.members().forEach(member -> seen.add(member.memberId()));
            cursor = page.cursor();
        } while (cursor != null);

        assertThat(seen).isEqualTo(expected);
        refused(ErrorCode.INVALID_ARGUMENT, () -> room.members(new MembersOptions(7, "made-up")));
        refused(ErrorCode.INVALID_ARGUMENT, () -> room.members(new MembersOptions(1001, null)));
    }

    @Test
    void whoGivesNoSignOfLifeIsGoneAfterItsTime() {
        room.join();
        house.advance(Duration.ofSeconds(59));
        assertThat(room.members().count()).isEqualTo(1);

        house.advance(Duration.ofSeconds(2));

        assertThat(room.members().count()).isZero();
        assertThat(house.rooms.stats().members()).isZero();
    }

    @Test
    void publishingAndPresenceKeepAMemberActive() {
        room.join();
        room.join(JoinOptions.as("ben"));
        room.join(JoinOptions.as("cyd"));
        for (int i = 0; i < 5; i++) {
            house.advance(Duration.ofSeconds(40));
            room.publish("said", i);
            room.presence(PresenceOptions.of("ben", Map.of("n", i)));
            if (i == 0) {
                assertThat(room.members().count()).isEqualTo(3);
            }
        }

        assertThat(room.members().members()).extracting(Member::memberId).containsExactly("ada", "ben");
    }

    @Test
    void membersExpireAlsoAfterARestart() {
        room.join();

        try (RoomHouse next = house.restarted()) {
            assertThat(next.room("lobby").members().count()).isEqualTo(1);
            next.advance(Duration.ofSeconds(65));

            assertThat(next.rooms.stats().members()).isZero();
            assertThat(next.room("lobby").members().count()).isZero();
        }
    }

    // Presence and metadata

    @Test
    void presenceMergesRemovesAndReplaces() {
        room.join(JoinOptions.none().withPresence(Map.of("a", 1, "b", 2)));

        PresenceResult merged =
                room.presence(new PresenceOptions(null, RawJson.parse("{\"b\":null,\"c\":{\"d\":null}}"), null, null));
        assertThat(merged.presence()).isEqualTo(RawJson.parse("{\"a\":1,\"c\":{\"d\":null}}"));
        assertThat(merged.memberId()).isEqualTo("ada");
        assertThat(merged.updatedAt()).isEqualTo(now());

        PresenceResult replaced =
                room.presence(PresenceOptions.of("ada", Map.of("z", 1)).replacing());
        assertThat(replaced.presence()).isEqualTo(RawJson.parse("{\"z\":1}"));
        assertThat(room.members().members().getFirst().presence()).isEqualTo(RawJson.parse("{\"z\":1}"));
        assertThat(room.history().offset()).isZero();
    }

    @Test
    void presenceIsForActiveMembersOnly() {
        refused(ErrorCode.FAILED_PRECONDITION, () -> room.presence(PresenceOptions.of("ada", Map.of("a", 1))));
        refused(
                ErrorCode.INVALID_ARGUMENT,
                () -> house.rooms.room("lobby").presence(new PresenceOptions(null, RawJson.EMPTY_OBJECT, null, null)));
    }

    @Test
    void metadataMergesRemovesAndReplaces() {
        assertThat(room.metadata().metadata()).isEqualTo(RawJson.EMPTY_OBJECT);
        room.metadata(Map.of("a", 1));
        house.timers.advance(Duration.ofSeconds(1));

        assertThat(room.metadata(MetadataOptions.of(RawJson.parse("{\"b\":2,\"a\":null}")))
                        .metadata())
                .isEqualTo(RawJson.parse("{\"b\":2}"));
        assertThat(room.metadata(MetadataOptions.of(Map.of("c", 3)).replacing()).metadata())
                .isEqualTo(RawJson.parse("{\"c\":3}"));
        assertThat(room.metadata().updatedAt()).isEqualTo(now());
        assertThat(room.history().offset()).isEqualTo(3);
    }

    @Test
    void metadataThatWasNeverSetIsAsOldAsTheRoom() {
        assertThat(room.metadata().updatedAt()).isEqualTo(now());

        Instant began = now();
        room.join();
        house.advance(Duration.ofSeconds(5));
        room.publish("said", 1);
        assertThat(room.metadata().updatedAt()).isEqualTo(began);

        house = house.restarted();
        assertThat(house.room("lobby").metadata().updatedAt()).isEqualTo(began);
    }

    @Test
    void metadataOfANewLifeIsAsOldAsThatLife() {
        house.close();
        house = keeping.house(RoomsOptions.named("main")
                .withLifecycle(new Lifecycle(Duration.ofMinutes(5), Duration.ofDays(1), true)));
        room = house.room("lobby");
        room.metadata(Map.of("a", 1));
        room.destroy();
        house.advance(Duration.ofSeconds(5));

        room.publish("said", 1);
        Instant began = now();
        house.advance(Duration.ofSeconds(5));

        assertThat(room.metadata().updatedAt()).isEqualTo(began);
        assertThat(room.metadata().metadata()).isEqualTo(RawJson.EMPTY_OBJECT);
    }

    // Channels

    @Test
    @RoomRow(12)
    void channelsRefuseWhatConcernsMembersAndState() {
        AsyncRoom channel = house.rooms.async(RoomKind.CHANNEL, "news").as(ADA);

        refused(ErrorCode.FAILED_PRECONDITION, () -> Answers.await(channel.join()));
        refused(ErrorCode.FAILED_PRECONDITION, () -> Answers.await(channel.leave(LeaveOptions.of("ada"))));
        refused(ErrorCode.FAILED_PRECONDITION, () -> Answers.await(channel.members(MembersOptions.all())));
        refused(
                ErrorCode.FAILED_PRECONDITION,
                () -> Answers.await(channel.presence(PresenceOptions.of("ada", Map.of()))));
        refused(ErrorCode.FAILED_PRECONDITION, () -> Answers.await(channel.metadata(MetadataOptions.of(Map.of()))));
        refused(ErrorCode.FAILED_PRECONDITION, () -> Answers.await(channel.snapshot()));
        refused(ErrorCode.FAILED_PRECONDITION, () -> Answers.await(channel.snapshots(null, null)));
        refused(ErrorCode.FAILED_PRECONDITION, () -> Answers.await(channel.restore("x")));
        refused(ErrorCode.FAILED_PRECONDITION, () -> Answers.await(channel.at(0)));
        refused(ErrorCode.FAILED_PRECONDITION, () -> Answers.await(channel.state()));
        refused(ErrorCode.FAILED_PRECONDITION, () -> Answers.await(channel.diff(0, 0)));
        refused(ErrorCode.FAILED_PRECONDITION, () -> Answers.await(channel.branch("other", 0)));
        refused(ErrorCode.FAILED_PRECONDITION, () -> Answers.await(channel.applyUpdate(UpdateOptions.of(1))));
        refused(
                ErrorCode.FAILED_PRECONDITION,
                () -> Answers.await(channel.awareness(new AwarenessOptions("c", RawJson.EMPTY_OBJECT, null))));
        refused(ErrorCode.FAILED_PRECONDITION, () -> Answers.await(channel.document(DocumentOptions.all())));

        channel.publish(MessageInput.of("said", 1)).join();
        channel.broadcast(MessageInput.of("said", 2)).join();
        assertThat(channel.history(HistoryOptions.latest()).join().items()).hasSize(2);
        assertThat(channel.authorize(AuthorizeOptions.of(ADA)).join().kind()).isEqualTo(RoomKind.CHANNEL);
        assertThat(channel.lifecycle().join().kind()).isEqualTo(RoomKind.CHANNEL);
        assertThat(channel.destroy(DestroyOptions.deletingAll()).join().deletedHistory())
                .isTrue();
    }
}
