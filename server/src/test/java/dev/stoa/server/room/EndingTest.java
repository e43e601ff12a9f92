package dev.stoa.server.room;

import static dev.stoa.server.room.Refusals.refused;
import static dev.stoa.server.room.RoomHouse.ADA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.DestroyOptions;
import dev.stoa.protocol.room.DestroyResult;
import dev.stoa.protocol.room.DocumentOptions;
import dev.stoa.protocol.room.HistoryResult;
import dev.stoa.protocol.room.JoinOptions;
import dev.stoa.protocol.room.LifecycleResult;
import dev.stoa.protocol.room.MetadataOptions;
import dev.stoa.protocol.room.RoomKind;
import dev.stoa.protocol.room.RoomStatus;
import dev.stoa.protocol.room.UpdateOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@OnEachStore
@Timeout(60)
@RoomRow(9)
class EndingTest {
    private static final Duration IDLE = Duration.ofMinutes(5);
    private static final Duration DESTROYED = Duration.ofMinutes(10);

    private final Keeping keeping;
    private final RoomHouse house;
    private final Room room;

    EndingTest(Keeping keeping) {
        this.keeping = keeping;
        this.house = keeping.house(RoomsOptions.named("main").withLifecycle(new Lifecycle(IDLE, DESTROYED, false)));
        this.room = house.room("lobby");
    }

    @AfterEach
    void close() {
        house.close();
    }

    private RoomHouse recreating() {
        return keeping.house(RoomsOptions.named("main").withLifecycle(new Lifecycle(IDLE, DESTROYED, true)));
    }

    private Instant now() {
        return Instant.ofEpochMilli(house.timers.millis());
    }

    private static String fill(Room room) {
        room.publish("said", 1);
        room.metadata(MetadataOptions.of(Map.of("topic", "x")));
        room.applyUpdate(UpdateOptions.of(Map.of("op", 1)).from("pen", 1));
        String snapshot = room.snapshot().snapshotId();
        room.publish("said", 2);
        return snapshot;
    }

    // Idling

    @Test
    void aRoomIsActiveThenIdleThenActiveAgain() {
        room.publish("said", 1);
        Instant published = now();
        house.advance(IDLE.minusSeconds(1));
        assertThat(room.lifecycle())
                .isEqualTo(new LifecycleResult("lobby", RoomKind.ROOM, RoomStatus.ACTIVE, 0, published, null, null));

        house.advance(Duration.ofSeconds(1));

        assertThat(room.lifecycle())
                .isEqualTo(new LifecycleResult(
                        "lobby", RoomKind.ROOM, RoomStatus.IDLE, 0, published, published.plus(IDLE), null));

        room.publish("said", 2);

        assertThat(room.lifecycle().status()).isEqualTo(RoomStatus.ACTIVE);
        assertThat(room.lifecycle().lastActivityAt()).isEqualTo(now());
    }

    @Test
    void anIdleRoomTakesNoMemoryAndLosesNothing() {
        String snapshot = fill(room);
        house.advance(IDLE.plusSeconds(1));
        assertThat(house.placement.active()).isZero();
        assertThat(house.rooms.stats().byStatus()).containsEntry("idle", 1L).containsEntry("active", 0L);

        assertThat(room.history().items()).hasSize(2);
        assertThat(room.metadata().metadata()).isEqualTo(RawJson.parse("{\"topic\":\"x\"}"));
        assertThat(room.document(DocumentOptions.all()).updates()).hasSize(1);
        assertThat(room.snapshots(null, null).snapshots().getFirst().snapshotId())
                .isEqualTo(snapshot);
        assertThat(house.rooms.stats().byStatus()).containsEntry("active", 1L).containsEntry("idle", 0L);
    }

    @Test
    void membersWithPresenceSurviveIdlingThatIsShorterThanTheirTime() {
        Lifecycle brief = new Lifecycle(Duration.ofSeconds(3), DESTROYED, false);
        try (RoomHouse quick =
                keeping.house(RoomsOptions.named("main").withLifecycle(brief).withPresenceTtl(Duration.ofMinutes(5)))) {
            Room here = quick.room("lobby");
            here.join(JoinOptions.by(ADA));
            here.presence(dev.stoa.protocol.room.PresenceOptions.of("ada", Map.of("typing", true)));

            quick.advance(Duration.ofMinutes(4));

            assertThat(quick.placement.active()).isZero();
            assertThat(here.members().members())
                    .singleElement()
                    .satisfies(member -> assertThat(member.presence()).isEqualTo(RawJson.parse("{\"typing\":true}")));
        }
    }

    @Test
    void askingForTheLifecycleIsNoActivity() {
        room.publish("said", 1);
        for (int i = 0; i < 10; i++) {
            house.advance(Duration.ofMinutes(1));
            room.lifecycle();
        }

        assertThat(room.lifecycle().status()).isEqualTo(RoomStatus.IDLE);
    }

    // Destroying

    @Test
    void destroyingWhatIsNotThereIsNotFound() {
        refused(ErrorCode.NOT_FOUND, () -> room.destroy(DestroyOptions.deletingAll()));
        assertThat(house.rooms.stats().rooms()).isZero();
    }

    @Test
    void whatIsNotDeletedStaysReadable() {
        String snapshot = fill(room);
        String epoch = room.history().epoch();

        DestroyResult result = room.destroy(DestroyOptions.keepingAll());

        assertThat(result).isEqualTo(new DestroyResult("lobby", RoomKind.ROOM, now(), false, false, false));
        HistoryResult history = room.history();
        assertThat(history.items()).hasSize(2);
        assertThat(history.epoch()).isEqualTo(epoch);
        assertThat(room.document(DocumentOptions.all()).updates()).hasSize(1);
        assertThat(room.snapshots(null, null).snapshots()).hasSize(1);
        assertThat(room.metadata().metadata()).isEqualTo(RawJson.parse("{\"topic\":\"x\"}"));
        assertThat(room.lifecycle().status()).isEqualTo(RoomStatus.DESTROYED);
        refused(ErrorCode.FAILED_PRECONDITION, () -> room.restore(snapshot));
    }

    @Test
    void deletedHistoryIsGoneAndTheRestIsNot() {
        fill(room);
        String epoch = room.history().epoch();

        DestroyResult result = room.destroy(new DestroyOptions(true, null, null));

        assertThat(result.deletedHistory()).isTrue();
        assertThat(result.deletedSnapshots()).isFalse();
        assertThat(result.deletedCrdtUpdates()).isFalse();
        assertThat(room.history().items()).isEmpty();
        assertThat(room.history().epoch()).isNotEqualTo(epoch);
        assertThat(room.document(DocumentOptions.all()).updates()).hasSize(1);
        assertThat(room.snapshots(null, null).snapshots()).hasSize(1);
        assertThat(house.rooms.stats().messages()).isZero();
    }

    @Test
    void deletedSnapshotsAreGoneAndTheRestIsNot() {
        fill(room);

        DestroyResult result = room.destroy(new DestroyOptions(false, true, false));

        assertThat(result.deletedSnapshots()).isTrue();
        assertThat(room.snapshots(null, null).snapshots()).isEmpty();
        assertThat(room.history().items()).hasSize(2);
        assertThat(room.document(DocumentOptions.all()).updates()).hasSize(1);
    }

    @Test
    void deletedUpdatesAreGoneWithTheAwarenessAndTheRestIsNot() {
        fill(room);
        room.awareness(new dev.stoa.protocol.room.AwarenessOptions("pen", RawJson.parse("{}"), null));

        DestroyResult result = room.destroy(new DestroyOptions(null, null, true));

        assertThat(result.deletedCrdtUpdates()).isTrue();
        assertThat(room.document(DocumentOptions.all()).updates()).isEmpty();
        assertThat(room.document(DocumentOptions.all()).awareness()).isEmpty();
        assertThat(room.history().items()).hasSize(2);
        assertThat(room.snapshots(null, null).snapshots()).hasSize(1);
    }

    @Test
    void destroyingAgainDeletesMoreAndKeepsTheTime() {
        fill(room);
        DestroyResult first = room.destroy(DestroyOptions.keepingAll());
        house.timers.advance(Duration.ofMinutes(1));

        DestroyResult second = room.destroy(new DestroyOptions(true, null, null));

        assertThat(second.destroyedAt()).isEqualTo(first.destroyedAt());
        assertThat(second.deletedHistory()).isTrue();
        assertThat(room.history().items()).isEmpty();
    }

    @Test
    void writingToADestroyedRoomIsRefused() {
        String snapshot = fill(room);
        room.join(JoinOptions.by(ADA));
        room.destroy(DestroyOptions.keepingAll());

        refused(ErrorCode.FAILED_PRECONDITION, () -> room.publish("said", 3));
        refused(ErrorCode.FAILED_PRECONDITION, () -> room.join(JoinOptions.by(ADA)));
        refused(
                ErrorCode.FAILED_PRECONDITION,
                () -> room.presence(dev.stoa.protocol.room.PresenceOptions.of("ada", Map.of())));
        refused(ErrorCode.FAILED_PRECONDITION, () -> room.metadata(MetadataOptions.of(Map.of("a", 1))));
        refused(ErrorCode.FAILED_PRECONDITION, () -> room.applyUpdate(UpdateOptions.of(1)));
        refused(
                ErrorCode.FAILED_PRECONDITION,
                () -> room.awareness(new dev.stoa.protocol.room.AwarenessOptions("pen", RawJson.parse("{}"), null)));
        refused(ErrorCode.FAILED_PRECONDITION, room::snapshot);
        refused(ErrorCode.FAILED_PRECONDITION, () -> room.restore(snapshot));
        refused(ErrorCode.FAILED_PRECONDITION, () -> room.coordinator().setRoomState("a", 1));
        assertThat(room.members().count()).isZero();
        assertThat(house.rooms.stats().members()).isZero();
    }

    @Test
    void afterItsTimeEverythingIsGone() {
        fill(room);
        room.destroy(DestroyOptions.keepingAll());
        assertThat(house.rooms.stats().byStatus()).containsEntry("destroyed", 1L);

        house.advance(DESTROYED.plusSeconds(2));

        assertThat(house.rooms.stats().rooms()).isZero();
        assertThat(house.rooms.stats().messages()).isZero();
        assertThat(house.rooms.list(RoomKind.ROOM, "", null, null, null).rooms())
                .isEmpty();
        assertThat(room.history().items()).isEmpty();
        assertThat(room.publish("said", 1).offset()).isEqualTo(1);
    }

    @Test
    void theEndComesAlsoAfterARestart() {
        fill(room);
        room.destroy(DestroyOptions.keepingAll());

        try (RoomHouse next = house.restarted()) {
            next.advance(DESTROYED.plusSeconds(2));

            assertThat(next.rooms.stats().rooms()).isZero();
        }
    }

    @Test
    void aRoomThatShallNotStayIsGoneAtOnce() {
        Lifecycle none = new Lifecycle(IDLE, Duration.ZERO, false);
        try (RoomHouse quick = keeping.house(RoomsOptions.named("main").withLifecycle(none))) {
            quick.room("lobby").publish("said", 1);
            quick.room("lobby").destroy(DestroyOptions.keepingAll());

            quick.advance(Duration.ofSeconds(2));

            assertThat(quick.rooms.stats().rooms()).isZero();
        }
    }

    // A new life

    @Test
    void whereItMayWritingBeginsANewLife() {
        try (RoomHouse again = recreating()) {
            Room reborn = again.room("lobby");
            fill(reborn);
            String epoch = reborn.history().epoch();
            reborn.destroy(DestroyOptions.keepingAll());

            var published = reborn.publish("said", 3);

            assertThat(published.offset()).isEqualTo(1);
            assertThat(published.epoch()).isNotEqualTo(epoch);
            assertThat(reborn.history().items()).hasSize(1);
            assertThat(reborn.metadata().metadata()).isEqualTo(RawJson.EMPTY_OBJECT);
            assertThat(reborn.document(DocumentOptions.all()).updates()).isEmpty();
            assertThat(reborn.snapshots(null, null).snapshots()).isEmpty();
            assertThat(reborn.lifecycle().status()).isEqualTo(RoomStatus.ACTIVE);
            assertThat(again.rooms.stats().messages()).isEqualTo(1);
            again.advance(DESTROYED.plusSeconds(2));
            assertThat(reborn.history().items()).hasSize(1);
        }
    }

    @Test
    void theClockOfAnEarlierLifeIsNoDuplicate() {
        try (RoomHouse again = recreating()) {
            Room reborn = again.room("lobby");
            fill(reborn);
            reborn.destroy(DestroyOptions.keepingAll());

            assertThat(reborn.applyUpdate(UpdateOptions.of(2).from("pen", 1)).duplicate())
                    .isFalse();
        }
    }

    @Test
    void aDestroyedRoomMayBeBroughtBackByASnapshotOfIt() {
        try (RoomHouse again = recreating()) {
            Room reborn = again.room("lobby");
            String snapshot = fill(reborn);
            reborn.destroy(DestroyOptions.keepingAll());

            reborn.restore(snapshot);

            assertThat(reborn.metadata().metadata()).isEqualTo(RawJson.parse("{\"topic\":\"x\"}"));
            assertThat(reborn.document(DocumentOptions.all()).updates()).hasSize(1);
        }
    }

    @Test
    void whatIsRefusedDoesNotBringARoomBack() {
        try (RoomHouse again = recreating()) {
            Room gone = again.room("lobby");
            fill(gone);
            gone.destroy(DestroyOptions.keepingAll());

            refused(
                    ErrorCode.FAILED_PRECONDITION,
                    () -> gone.presence(dev.stoa.protocol.room.PresenceOptions.of("ada", Map.of())));
            refused(ErrorCode.NOT_FOUND, () -> gone.restore("made-up"));
            refused(ErrorCode.FAILED_PRECONDITION, gone::snapshot);

            assertThat(gone.lifecycle().status()).isEqualTo(RoomStatus.DESTROYED);
            assertThat(gone.history().items()).hasSize(2);
        }
    }
}
