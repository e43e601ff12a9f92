package dev.stoa.server.room;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.room.DestroyOptions;
import dev.stoa.protocol.room.DestroyResult;
import dev.stoa.protocol.room.LeaveReason;
import dev.stoa.protocol.room.RoomMessages;
import dev.stoa.protocol.room.RoomStatus;
import dev.stoa.server.entity.CommandCodec;
import dev.stoa.server.entity.Turn;
import dev.stoa.server.session.CloseReason;
import dev.stoa.server.store.Change;
import dev.stoa.server.store.Header;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How a room ends, what stays of it for a while, and how it begins anew (rooms protocol, section 5). Confined to
/// the room's mailbox.
final class Ending {
    private static final String ROW = "end";
    private static final CloseReason DESTROYED = new CloseReason(4410, "DESTROYED");

    private final RoomEntity room;
    private final Lifecycle lifecycle;
    private @Nullable End end;

    /// @param at wall-clock milliseconds
    record End(long at, boolean history, boolean snapshots, boolean updates) {}

    Ending(RoomEntity room, Lifecycle lifecycle) {
        this.room = room;
        this.lifecycle = lifecycle;
    }

    void load(Map<String, byte[]> rows) {
        byte[] row = rows.get(ROW);
        end = row == null ? null : CommandCodec.read(row, End.class);
    }

    @Nullable
    Instant destroyedAt() {
        return end == null ? null : Instant.ofEpochMilli(end.at);
    }

    boolean historyDeleted() {
        return end != null && end.history;
    }

    boolean updatesDeleted() {
        return end != null && end.updates;
    }

    boolean isEnded() {
        return end != null;
    }

    /// Whether nothing shall stay of it any more.
    boolean isOver(long now) {
        return end != null && now >= wakeAt();
    }

    long wakeAt() {
        return end == null ? Header.NEVER : end.at + lifecycle.destroyTtl().toMillis();
    }

    /// Whether it lives, or may begin a new life.
    ///
    /// @throws ProtocolException `FAILED_PRECONDITION` when the room is destroyed and must stay so
    void requireAlivable() {
        if (end != null && !lifecycle.allowRecreate()) {
            throw room.destroyed();
        }
    }

    boolean mayBeginAnew() {
        return lifecycle.allowRecreate();
    }

    /// @throws ProtocolException `FAILED_PRECONDITION` when the room is destroyed
    void requireAlive() {
        if (end != null) {
            throw room.destroyed();
        }
    }

    /// Begins a new life, if the room is destroyed and may.
    void revive(Turn turn) {
        if (end == null) {
            return;
        }
        requireAlivable();
        end = null;
        turn.beginAnew();
        turn.change(new Change.DeleteRow(ROW));
        turn.change(new Change.DeleteSnapshots());
        for (String counter : List.of(Messages.COUNTER, Documents.COUNTER, Snapshots.COUNTER)) {
            turn.count(counter, -turn.counter(counter));
        }
        turn.status(RoomStatus.ACTIVE.text());
        room.beginAnew(turn);
    }

    DestroyResult destroy(DestroyOptions options, Turn turn) {
        if (!turn.exists()) {
            throw ProtocolException.of(
                    ErrorCode.NOT_FOUND, "there is no such " + room.kind().text());
        }
        End before = end;
        End now = new End(
                before == null ? turn.now() : before.at,
                Boolean.TRUE.equals(options.deleteHistory()) || before != null && before.history,
                Boolean.TRUE.equals(options.deleteSnapshots()) || before != null && before.snapshots,
                Boolean.TRUE.equals(options.deleteCrdtUpdates()) || before != null && before.updates);
        if (before == null) {
            end(turn, Instant.ofEpochMilli(now.at));
        }
        delete(now, before, turn);
        end = now;
        turn.change(new Change.PutRow(ROW, CommandCodec.write(now)));
        return new DestroyResult(
                room.name(), room.kind(), Instant.ofEpochMilli(now.at), now.history, now.snapshots, now.updates);
    }

    private void end(Turn turn, Instant at) {
        room.hall().destroying(turn);
        room.tell(RoomEvent.of(RoomMessages.DESTROYED, new RoomMessages.Destroyed(null, null, at)), null, turn);
        List<String> sessions = List.copyOf(room.attendance().connections().keySet());
        turn.then(() -> sessions.forEach(this::close));
        List<Seat> seats = List.copyOf(room.attendance().seats());
        seats.forEach(seat -> room.attendance().leave(seat.memberId, LeaveReason.DESTROYED, turn));
        room.documents().clearAwareness();
        turn.status(RoomStatus.DESTROYED.text());
        room.ended(turn);
    }

    /// Only now, when the end is kept: if it could not be, its connections would be wanted.
    private void close(String session) {
        room.attendance().connections().remove(session);
        room.listeners().close(room.id(), session, DESTROYED);
    }

    private static void delete(End now, @Nullable End before, Turn turn) {
        if (now.history && (before == null || !before.history)) {
            turn.change(new Change.DeleteRecords(Records.MESSAGE));
            turn.count(Messages.COUNTER, -turn.counter(Messages.COUNTER));
            turn.renewEpoch();
        }
        if (now.snapshots && (before == null || !before.snapshots)) {
            turn.change(new Change.DeleteSnapshots());
            turn.count(Snapshots.COUNTER, -turn.counter(Snapshots.COUNTER));
        }
        if (now.updates && (before == null || !before.updates)) {
            turn.change(new Change.DeleteRecords(Records.UPDATE));
            turn.change(new Change.DeleteOnces(Documents.ONCE));
            turn.count(Documents.COUNTER, -turn.counter(Documents.COUNTER));
        }
    }
}
