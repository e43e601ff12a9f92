package dev.stoa.server.room;

import static dev.stoa.server.room.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.BranchResult;
import dev.stoa.protocol.room.DiffResult;
import dev.stoa.protocol.room.DocumentUpdate;
import dev.stoa.protocol.room.JoinOptions;
import dev.stoa.protocol.room.MetadataOptions;
import dev.stoa.protocol.room.RestoreResult;
import dev.stoa.protocol.room.RoomKind;
import dev.stoa.protocol.room.SnapshotInfo;
import dev.stoa.protocol.room.SnapshotResult;
import dev.stoa.protocol.room.SnapshotsResult;
import dev.stoa.protocol.room.StateResult;
import dev.stoa.protocol.room.UpdateOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@OnEachStore
@Timeout(60)
@RoomRow(8)
class SnapshotsTest {
    private final Keeping keeping;
    private final RoomHouse house;
    private final Room room;

    SnapshotsTest(Keeping keeping) {
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

    private static List<String> updates(Room room) {
        return room.document().updates().stream()
                .map(update -> update.update().toString())
                .toList();
    }

    @Test
    void aSnapshotHoldsMetadataMembersAndDocument() {
        room.metadata(Map.of("topic", "x"));
        room.join(JoinOptions.none().withPresence(Map.of("typing", true)));
        room.applyUpdate(UpdateOptions.of("u1").from("pen", 1));

        SnapshotResult snapshot = room.snapshot();

        assertThat(UUID.fromString(snapshot.snapshotId()).version()).isEqualTo(7);
        assertThat(snapshot.createdAt()).isEqualTo(now());
        assertThat(snapshot.offset()).isEqualTo(2);
        var state = snapshot.state().tree();
        assertThat(state.path("metadata").path("topic").asString()).isEqualTo("x");
        assertThat(state.path("members").path(0).path("memberId").asString()).isEqualTo("ada");
        assertThat(state.path("members").path(0).path("presence").path("typing").asBoolean())
                .isTrue();
        assertThat(state.path("document").path("updates").path(0).path("update").asString())
                .isEqualTo("u1");
    }

    @Test
    void restoringBringsMetadataAndDocumentBackAndKeepsHistoryAndMembers() {
        room.metadata(Map.of("topic", "x", "old", 1));
        room.applyUpdate(UpdateOptions.of("u1").from("pen", 1));
        room.applyUpdate(UpdateOptions.of("u2").from("pen", 2));
        room.publish("said", 1);
        String snapshot = room.snapshot().snapshotId();
        room.metadata(MetadataOptions.of(Map.of("topic", "y")).replacing());
        room.applyUpdate(UpdateOptions.of("u3").from("pen", 3));
        room.publish("said", 2);
        room.join();
        long end = room.history().offset();

        RestoreResult result = room.restore(snapshot);

        assertThat(result).isEqualTo(new RestoreResult("lobby", RoomKind.ROOM, snapshot, now()));
        assertThat(room.metadata().metadata().tree())
                .isEqualTo(RawJson.parse("{\"topic\":\"x\",\"old\":1}").tree());
        assertThat(updates(room)).containsExactly("\"u1\"", "\"u2\"");
        assertThat(room.history().items()).hasSize(2);
        assertThat(room.history().offset()).isEqualTo(end + 3);
        assertThat(room.members().count()).isEqualTo(1);
    }

    @Test
    void whatARestoreBringsBackSurvivesARestart() {
        room.metadata(Map.of("topic", "x"));
        room.applyUpdate(UpdateOptions.of("u1").from("pen", 1));
        String snapshot = room.snapshot().snapshotId();
        room.metadata(Map.of("topic", "y"));
        room.applyUpdate(UpdateOptions.of("u2").from("pen", 2));
        room.restore(snapshot);

        try (RoomHouse next = house.restarted()) {
            assertThat(next.room("lobby").metadata().metadata()).isEqualTo(RawJson.parse("{\"topic\":\"x\"}"));
            assertThat(updates(next.room("lobby"))).containsExactly("\"u1\"");
        }
    }

    @Test
    void afterARestoreUndoneClocksAreNewAndRestoredOnesAreKnown() {
        room.applyUpdate(UpdateOptions.of("u1").from("pen", 1));
        String snapshot = room.snapshot().snapshotId();
        room.applyUpdate(UpdateOptions.of("u2").from("pen", 2));
        var restoring = room.async().restore(snapshot);
        var undone = room.async().applyUpdate(UpdateOptions.of("u2 again").from("pen", 2));
        restoring.join();

        assertThat(undone.join().duplicate()).isFalse();
        assertThat(room.applyUpdate(UpdateOptions.of("u1 again").from("pen", 1)).duplicate())
                .isTrue();
        assertThat(updates(room)).containsExactly("\"u1\"", "\"u2 again\"");
    }

    @Test
    void anUnknownSnapshotIsNotFound() {
        room.publish("said", 1);

        refused(ErrorCode.NOT_FOUND, () -> room.restore("made-up"));
        String elsewhere = house.room("other").snapshot().snapshotId();
        refused(ErrorCode.NOT_FOUND, () -> room.restore(elsewhere));
        refused(ErrorCode.INVALID_ARGUMENT, () -> room.restore(""));
        assertThat(room.publish("said", 2).offset()).isEqualTo(2);
    }

    @Test
    void snapshotsAreListedNewestFirstInPages() {
        List<SnapshotInfo> expected = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            room.publish("said", i);
            SnapshotResult taken = room.snapshot();
            expected.addFirst(new SnapshotInfo(taken.snapshotId(), taken.createdAt(), taken.offset()));
            house.timers.advance(Duration.ofSeconds(1));
        }
        List<SnapshotInfo> seen = new ArrayList<>();
        @Nullable String cursor = null;

        do {
            SnapshotsResult page = room.snapshots(10, cursor);
            seen.addAll(page.snapshots());
            cursor = page.cursor();
        } while (cursor != null);

        assertThat(seen).isEqualTo(expected);
        refused(ErrorCode.INVALID_ARGUMENT, () -> room.snapshots(10, "made-up"));
    }

    @Test
    void aRoomHasOnlySoManySnapshotsOfOnlySoManyBytes() {
        RoomLimits limits = RoomLimits.usual().withMaxSnapshots(2, 2000);
        try (RoomHouse small = keeping.house(RoomsOptions.named("main").withLimits(limits))) {
            Room tight = small.room("lobby");
            tight.snapshot();
            tight.snapshot();

            assertThat(refused(ErrorCode.RESOURCE_EXHAUSTED, tight::snapshot)).hasMessageContaining("2 snapshots");
            Room large = small.room("large");
            large.metadata(Map.of("x", "y".repeat(3000)));
            assertThat(refused(ErrorCode.RESOURCE_EXHAUSTED, large::snapshot)).hasMessageContaining("exceeds 2000");
            large.publish("said", 1);
        }
    }

    // Time travel

    @Test
    void theStateAtAnOffsetIsWhatItWas() {
        room.metadata(Map.of("n", 1));
        house.timers.advance(Duration.ofSeconds(1));
        room.applyUpdate(UpdateOptions.of("u1"));
        Instant between = now();
        house.timers.advance(Duration.ofSeconds(1));
        room.metadata(Map.of("n", 2));

        StateResult then = room.at(2);

        assertThat(then)
                .isEqualTo(new StateResult(
                        "lobby", RoomKind.ROOM, room.history().epoch(), 2, between, RawJson.parse("{\"n\":1}"), 1));
        assertThat(room.at(between)).isEqualTo(then);
        assertThat(room.at(between.plusMillis(999)).offset()).isEqualTo(2);
        assertThat(room.at(0).metadata()).isEqualTo(RawJson.EMPTY_OBJECT);
        assertThat(room.at(Instant.MIN).offset()).isZero();
        assertThat(room.at(Instant.MAX)).isEqualTo(room.state());
        assertThat(room.state().metadata()).isEqualTo(RawJson.parse("{\"n\":2}"));
        refused(ErrorCode.INVALID_ARGUMENT, () -> room.at(4));
        refused(ErrorCode.INVALID_ARGUMENT, () -> room.at(-1));
    }

    @Test
    void aDifferenceTellsWhatWasAddedRemovedAndChanged() {
        room.metadata(Map.of("same", 1, "gone", 2, "other", 3));
        room.publish("said", 1);
        room.applyUpdate(UpdateOptions.of("u1"));
        room.metadata(RawJson.parse("{\"gone\":null,\"other\":4,\"new\":{\"a\":1}}"));

        DiffResult diff = room.diff(1, 4);

        assertThat(diff)
                .isEqualTo(new DiffResult(
                        "lobby",
                        RoomKind.ROOM,
                        1,
                        4,
                        RawJson.parse("{\"new\":{\"a\":1}}"),
                        RawJson.parse("{\"gone\":2}"),
                        RawJson.parse("{\"other\":4}"),
                        1,
                        1));
        refused(ErrorCode.INVALID_ARGUMENT, () -> room.diff(2, 1));
        refused(ErrorCode.INVALID_ARGUMENT, () -> room.diff(1, 5));
    }

    @Test
    void aBranchBeginsWithTheStateOfItsPoint() {
        room.metadata(Map.of("n", 1));
        room.applyUpdate(UpdateOptions.of("u1").from("pen", 1));
        room.publish("said", 1);
        room.metadata(Map.of("n", 2));
        room.applyUpdate(UpdateOptions.of("u2").from("pen", 2));

        BranchResult result = room.branch("copy", 3);

        Room copy = house.room("copy");
        assertThat(result.room()).isEqualTo("lobby");
        assertThat(result.branch()).isEqualTo("copy");
        assertThat(result.offset()).isEqualTo(3);
        assertThat(result.epoch()).isEqualTo(copy.history().epoch());
        assertThat(copy.metadata().metadata()).isEqualTo(RawJson.parse("{\"n\":1}"));
        assertThat(updates(copy)).containsExactly("\"u1\"");
        assertThat(copy.history().items()).isEmpty();
        assertThat(copy.applyUpdate(UpdateOptions.of("x").from("pen", 1)).duplicate())
                .isTrue();
        copy.metadata(Map.of("n", 9));
        assertThat(room.metadata().metadata()).isEqualTo(RawJson.parse("{\"n\":2}"));
        refused(ErrorCode.ALREADY_EXISTS, () -> room.branch("copy", 1));
        refused(ErrorCode.ALREADY_EXISTS, () -> room.branch("lobby", 1));
        refused(ErrorCode.INVALID_ARGUMENT, () -> room.branch("", 1));
        refused(ErrorCode.INVALID_ARGUMENT, () -> room.branch("far", 99));
        assertThat(room.branch("now").offset()).isEqualTo(5);
    }

    @Test
    void aDocumentIsReadAsItWas() {
        room.applyUpdate(UpdateOptions.of("u1"));
        String snapshot = room.snapshot().snapshotId();
        room.applyUpdate(UpdateOptions.of("u2"));
        room.restore(snapshot);

        assertThat(room.documentAt(2, dev.stoa.protocol.room.DocumentOptions.all())
                        .updates())
                .extracting(DocumentUpdate::update)
                .containsExactly(RawJson.of("u1"), RawJson.of("u2"));
        assertThat(room.documentAt(4, dev.stoa.protocol.room.DocumentOptions.all())
                        .updates())
                .extracting(DocumentUpdate::update)
                .containsExactly(RawJson.of("u1"));
    }
}
