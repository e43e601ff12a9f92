package dev.stoa.server.store;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// Something that happens to one entity, whole or not at all. Immutable.
///
/// An entity is created by the first write of an owner with fence 0 and sequence 1; the following ones of
/// that owner go on with fence 0, and creating is `Fenced` if the entity is there already.
///
/// A record's offset follows the one before; `header` is what holds afterwards, `firstOffset` included:
/// records in front of it are unreadable at once, and their space is freed later. The header names another
/// log than before only together with [Change.DropLog] of the one before.
///
/// @param header the entity's header after this write
/// @param records to append, in order; may be empty
/// @param counted what to add to the totals of the entity's kind
public record Write(
        EntityId id,
        Owner owner,
        Header header,
        List<LogRecord> records,
        List<Change> changes,
        Map<String, Long> counted) {
    public Write {
        records = List.copyOf(records);
        changes = List.copyOf(changes);
        counted = Map.copyOf(counted);
        checkRecords(id, header, records);
        checkChanges(id, header, changes);
        counted.keySet().forEach(name -> StoredText.check("a total's name", name, 64));
    }

    public boolean deletesEntity() {
        return !changes.isEmpty() && changes.getLast() instanceof Change.DeleteEntity;
    }

    /// The number of the log that the entity has before this write.
    public long previousLog() {
        return droppedLog(changes).orElse(header.log());
    }

    /// The offset that the entity's log ends at before this write.
    public long previousOffset() {
        if (!records.isEmpty()) {
            return records.getFirst().offset() - 1;
        }
        return header.lastOffset();
    }

    /// Roughly what it takes in memory while it waits, in bytes.
    public long size() {
        long size = 256;
        for (LogRecord record : records) {
            size += 64 + record.body().length;
        }
        for (Change change : changes) {
            size += 64
                    + switch (change) {
                        case Change.PutRow row -> row.body().length;
                        case Change.PutOnce put -> put.once().body().length;
                        case Change.PutCheckpoint put -> put.body().length;
                        case Change.PutSnapshot put -> put.snapshot().body().length;
                        case Change.DeleteRow _,
                                Change.DeleteOnces _,
                                Change.DeleteSnapshots _,
                                Change.DeleteRecords _,
                                Change.DropLog _,
                                Change.DeleteEntity _ -> 0;
                    };
        }
        return size;
    }

    private static void checkRecords(EntityId id, Header header, List<LogRecord> records) {
        for (int i = 1; i < records.size(); i++) {
            LogRecord before = records.get(i - 1);
            LogRecord record = records.get(i);
            if (record.offset() != before.offset() + 1 || record.at() < before.at()) {
                throw new IllegalArgumentException("in %s, record %d at %d does not follow record %d at %d"
                        .formatted(id, record.offset(), record.at(), before.offset(), before.at()));
            }
        }
        if (!records.isEmpty()) {
            LogRecord last = records.getLast();
            if (header.lastOffset() != last.offset() || header.lastAt() != last.at()) {
                throw new IllegalArgumentException(
                        "the header of %s ends with record %d at %d, its records with %d at %d"
                                .formatted(id, header.lastOffset(), header.lastAt(), last.offset(), last.at()));
            }
        }
    }

    private static void checkChanges(EntityId id, Header header, List<Change> changes) {
        for (Change change : changes) {
            if (change instanceof Change.DeleteEntity && change != changes.getLast()) {
                throw new IllegalArgumentException("nothing follows the deletion of " + id);
            }
            if (change instanceof Change.PutCheckpoint put && put.offset() > header.lastOffset()) {
                throw new IllegalArgumentException("a checkpoint of %s stands at %d, behind the last record %d"
                        .formatted(id, put.offset(), header.lastOffset()));
            }
        }
        if (changes.stream().filter(Change.DropLog.class::isInstance).count() > 1) {
            throw new IllegalArgumentException("a write of " + id + " drops more than one log");
        }
        if (droppedLog(changes).orElse(header.log() - 1) == header.log()) {
            throw new IllegalArgumentException("a write of " + id + " drops its own log " + header.log());
        }
    }

    private static OptionalLong droppedLog(List<Change> changes) {
        return changes.stream()
                .filter(Change.DropLog.class::isInstance)
                .mapToLong(change -> ((Change.DropLog) change).log())
                .findFirst();
    }
}
