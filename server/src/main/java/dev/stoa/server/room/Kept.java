package dev.stoa.server.room;

import dev.stoa.server.entity.CommandCodec;
import dev.stoa.server.entity.Turn;
import dev.stoa.server.store.Change;
import dev.stoa.server.store.LogRecord;
import dev.stoa.server.store.Scan;
import dev.stoa.server.store.Store;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a room's trimmed records came to: the state at the last of them, so that the state at every later
/// offset can be told. Immutable.
///
/// @param offset the last record that is gone; 0 for none
/// @param state what the log folded to there
/// @param updates updates of the document of that state that are gone
record Kept(long offset, RoomState state, long updates) {
    static final Kept NOTHING_TRIMMED = new Kept(0, RoomState.EMPTY, 0);

    private static final String ROW = "trimmed";
    private static final Set<String> FOLDED = Set.of(Records.METADATA, Records.RESTORED);

    static Kept of(Map<String, byte[]> rows) {
        byte[] row = rows.get(ROW);
        return row == null ? NOTHING_TRIMMED : CommandCodec.read(row, Kept.class);
    }

    /// As it is once the records up to `to` are gone, which are still there.
    Kept trimmedTo(long to, Store store, long log) {
        RoomState then = stateAt(to, store, log);
        return new Kept(to, then, updatesAt(to, then, store, log));
    }

    void keep(Turn turn) {
        turn.change(new Change.PutRow(ROW, CommandCodec.write(this)));
    }

    static void forget(Turn turn) {
        turn.change(new Change.DeleteRow(ROW));
    }

    /// The state at an offset that is not trimmed.
    RoomState stateAt(long at, Store store, long log) {
        Optional<LogRecord> restored = last(at, Set.of(Records.RESTORED), store, log);
        return last(at, FOLDED, store, log)
                .map(record -> new RoomState(
                        Records.metadata(record),
                        record.at(),
                        restored.map(LogRecord::offset).orElse(state.documentStart())))
                .orElse(state);
    }

    private Optional<LogRecord> last(long at, Set<String> types, Store store, long log) {
        List<LogRecord> found =
                store.read(log, Scan.descending(offset + 1, at, 1).ofTypes(types));
        return found.stream().findFirst();
    }

    /// How many updates the document of a state at an offset has.
    long updatesAt(long at, RoomState then, Store store, long log) {
        boolean sameDocument = then.documentStart() == state.documentStart();
        long first = Math.max(offset, then.documentStart()) + 1;
        return (sameDocument ? updates : 0) + store.count(log, Records.UPDATE, first, at);
    }
}
