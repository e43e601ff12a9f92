package dev.stoa.server.store;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/// One entity in memory. Confined to the store's lock.
final class MemoryEntity {
    private long fence;
    private long sequence;
    private Header header;
    private MemoryLog log = new MemoryLog();
    private final Map<String, byte[]> rows = new HashMap<>();
    private final NavigableMap<String, Snapshot> snapshots = new TreeMap<>(CodePoints.ORDER);

    MemoryEntity(Header header) {
        this.header = header;
    }

    Header header() {
        return header;
    }

    MemoryLog log() {
        return log;
    }

    Opened open() {
        fence++;
        sequence = 0;
        return new Opened(fence, header, log.checkpoints(), rows);
    }

    boolean admits(Write write) {
        return write.owner().fence() == fence
                && write.owner().sequence() == sequence + 1
                && write.previousLog() == header.log();
    }

    /// Applies what all has been checked of: nothing in here fails.
    void apply(Write write) {
        sequence = write.owner().sequence();
        if (write.header().log() != header.log()) {
            log = new MemoryLog();
        }
        header = write.header();
        log.append(write.records());
        write.changes().forEach(this::apply);
        log.trimBefore(header.firstOffset());
    }

    private void apply(Change change) {
        switch (change) {
            case Change.PutRow row -> rows.put(row.key(), row.body());
            case Change.DeleteRow row -> rows.remove(row.key());
            case Change.PutOnce put -> log.put(put.once());
            case Change.DeleteOnces onces -> log.deleteOnces(onces.prefix());
            case Change.PutCheckpoint put -> log.put(put);
            case Change.PutSnapshot put -> snapshots.put(put.snapshot().id(), put.snapshot());
            case Change.DeleteSnapshots _ -> snapshots.clear();
            case Change.DeleteRecords records -> log.deleteRecords(records.type());
            case Change.DropLog _, Change.DeleteEntity _ -> {
                // the log goes when the header names another one, the entity when the store lets go of it
            }
        }
    }

    List<Snapshot> snapshots(String before, int limit) {
        var older = before.isEmpty() ? snapshots : snapshots.headMap(before, false);
        return older.descendingMap().values().stream()
                .limit(limit)
                .map(kept -> new Snapshot(kept.id(), kept.offset(), kept.at(), new byte[0]))
                .toList();
    }

    Optional<Snapshot> snapshot(String id) {
        return Optional.ofNullable(snapshots.get(id));
    }
}
