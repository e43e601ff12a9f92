package dev.stoa.server.store.jdbc;

import dev.stoa.server.store.Change;
import dev.stoa.server.store.Once;
import dev.stoa.server.store.Snapshot;
import dev.stoa.server.store.Write;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the changes of a run come to in the end, so that each table is touched once and in any order: a row
/// that is put and deleted is only deleted, a key that is put and then deleted by its prefix is not put.
/// Confined to the writer.
final class Changes {
    private final Map<String, Optional<byte[]>> rows = new LinkedHashMap<>();
    private final List<String> deletedPrefixes = new ArrayList<>();
    private final Map<String, Once> onces = new LinkedHashMap<>();
    private final Map<PlaceOfPart, Change.PutCheckpoint> checkpoints = new LinkedHashMap<>();
    private final Map<String, Snapshot> snapshots = new LinkedHashMap<>();
    private final Map<String, Long> erasedTypes = new LinkedHashMap<>();
    private final List<Long> droppedLogs = new ArrayList<>(1);
    private boolean deletesSnapshots;

    private record PlaceOfPart(long offset, int part) {}

    private Changes() {}

    /// @return nothing when the run has no changes
    static Optional<Changes> of(Run run) {
        if (!run.hasChanges()) {
            return Optional.empty();
        }
        Changes changes = new Changes();
        run.writes().forEach(writing -> changes.add(writing.write()));
        return Optional.of(changes);
    }

    private void add(Write write) {
        for (Change change : write.changes()) {
            switch (change) {
                case Change.PutRow row -> rows.put(row.key(), Optional.of(row.body()));
                case Change.DeleteRow row -> rows.put(row.key(), Optional.empty());
                case Change.PutOnce put -> onces.put(put.once().key(), put.once());
                case Change.DeleteOnces(String prefix) -> {
                    onces.keySet().removeIf(key -> key.startsWith(prefix));
                    deletedPrefixes.add(prefix);
                }
                case Change.PutCheckpoint put -> checkpoints.put(new PlaceOfPart(put.offset(), put.part()), put);
                case Change.PutSnapshot put -> snapshots.put(put.snapshot().id(), put.snapshot());
                case Change.DeleteSnapshots _ -> {
                    snapshots.clear();
                    deletesSnapshots = true;
                }
                case Change.DeleteRecords(String type) ->
                    erasedTypes.put(type, write.header().lastOffset());
                case Change.DropLog(long log) -> droppedLogs.add(log);
                case Change.DeleteEntity _ -> {
                    // the run says so itself
                }
            }
        }
    }

    /// By key; empty for a row to delete.
    Map<String, Optional<byte[]>> rows() {
        return rows;
    }

    /// To be deleted before [#onces] are put.
    List<String> deletedPrefixes() {
        return deletedPrefixes;
    }

    Iterable<Once> onces() {
        return onces.values();
    }

    Iterable<Change.PutCheckpoint> checkpoints() {
        return checkpoints.values();
    }

    /// Whether all snapshots go before [#snapshots] are put.
    boolean deletesSnapshots() {
        return deletesSnapshots;
    }

    Iterable<Snapshot> snapshots() {
        return snapshots.values();
    }

    /// The offset up to which records of a type are deleted.
    Map<String, Long> erasedTypes() {
        return erasedTypes;
    }

    List<Long> droppedLogs() {
        return droppedLogs;
    }
}
