package dev.stoa.server.room;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.Json;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.BranchResult;
import dev.stoa.protocol.room.DocumentUpdate;
import dev.stoa.protocol.room.Member;
import dev.stoa.protocol.room.RestoreResult;
import dev.stoa.protocol.room.RoomMessages;
import dev.stoa.protocol.room.SnapshotResult;
import dev.stoa.server.entity.Turn;
import dev.stoa.server.store.Change;
import dev.stoa.server.store.LogRecord;
import dev.stoa.server.store.Scan;
import dev.stoa.server.store.Snapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Copies of a room's state, taken and restored (rooms protocol, section 3). Confined to the room's mailbox.
final class Snapshots {
    static final String COUNTER = "snapshots";

    private static final int PAGE = 1000;

    private final RoomEntity room;
    private final Rooms rooms;

    /// What a snapshot holds, and what its `state` shows.
    record State(RawJson metadata, List<Member> members, Document document) {}

    record Document(List<DocumentUpdate> updates) {}

    Snapshots(RoomEntity room, Rooms rooms) {
        this.room = room;
        this.rooms = rooms;
    }

    /// @throws ProtocolException `RESOURCE_EXHAUSTED` when it would be too large, or one too many
    SnapshotResult take(String snapshotId, Turn turn) {
        int most = rooms.options().limits().maxSnapshots();
        if (turn.counter(COUNTER) >= most) {
            throw ProtocolException.of(ErrorCode.RESOURCE_EXHAUSTED, "the room has " + most + " snapshots, its limit");
        }
        List<Member> members = room.attendance().seats().stream()
                .map(seat -> seat.member(room.name(), turn.now()))
                .toList();
        State state = new State(room.state().metadata(), members, new Document(updates(turn)));
        byte[] body = Json.mapper().writeValueAsBytes(state);
        int limit = rooms.options().limits().maxSnapshotBytes();
        if (body.length > limit) {
            throw ProtocolException.of(
                    ErrorCode.RESOURCE_EXHAUSTED, "a snapshot of " + body.length + " bytes exceeds " + limit);
        }
        turn.change(new Change.PutSnapshot(new Snapshot(snapshotId, turn.lastOffset(), turn.now(), body)));
        turn.count(COUNTER, 1);
        return new SnapshotResult(
                room.name(),
                room.kind(),
                snapshotId,
                Instant.ofEpochMilli(turn.now()),
                turn.lastOffset(),
                RawJson.trusted(body));
    }

    private List<DocumentUpdate> updates(Turn turn) {
        List<DocumentUpdate> updates = new ArrayList<>();
        long next = Math.max(turn.firstOffset(), room.state().documentStart() + 1);
        long bytes = 0;
        while (next <= turn.lastOffset()) {
            List<LogRecord> page =
                    turn.read(Scan.ascending(next, turn.lastOffset(), PAGE).ofTypes(Set.of(Records.UPDATE)));
            if (page.isEmpty()) {
                break;
            }
            for (LogRecord record : page) {
                updates.add(Records.update(record));
                bytes += record.body().length;
            }
            int limit = rooms.options().limits().maxSnapshotBytes();
            if (bytes > limit) {
                throw ProtocolException.of(
                        ErrorCode.RESOURCE_EXHAUSTED, "a snapshot of more than " + limit + " bytes is not taken");
            }
            next = page.getLast().offset() + 1;
        }
        return updates;
    }

    /// Finds a snapshot to restore.
    ///
    /// @throws ProtocolException `NOT_FOUND` when there is none
    State find(String snapshotId) {
        Snapshot snapshot = rooms.runtime()
                .store()
                .snapshot(room.id(), snapshotId)
                .orElseThrow(() -> ProtocolException.of(ErrorCode.NOT_FOUND, "no such snapshot"));
        return Json.mapper().readValue(snapshot.body(), State.class);
    }

    RestoreResult restore(String snapshotId, State state, Turn turn) {
        LogRecord record = turn.append(
                Records.RESTORED, null, Records.body(new Records.StoredRestore(snapshotId, state.metadata)));
        room.state(room.state().restored(state.metadata, turn.now(), record.offset()));
        // What was applied after the snapshot is undone, so it may be applied again.
        turn.change(new Change.DeleteOnces(Documents.ONCE));
        state.document.updates().forEach(update -> room.documents().append(Documents.stored(update), turn));
        room.tell(
                RoomEvent.of(
                        RoomMessages.RESTORED,
                        new RoomMessages.Restored(
                                null, null, snapshotId, turn.epoch(), turn.lastOffset(), state.metadata)),
                null,
                turn);
        return new RestoreResult(room.name(), room.kind(), snapshotId, Instant.ofEpochMilli(turn.now()));
    }

    /// Begins this room with the state of another.
    BranchResult plant(RoomCommand.Plant plant, Turn turn) {
        turn.append(Records.METADATA, null, Records.body(new Records.StoredMetadata(plant.metadata(), null)));
        room.state(room.state().withMetadata(plant.metadata(), turn.now()));
        plant.updates().forEach(update -> room.documents().append(Documents.stored(update), turn));
        return new BranchResult(plant.source(), room.kind(), room.name(), plant.offset(), turn.epoch());
    }
}
