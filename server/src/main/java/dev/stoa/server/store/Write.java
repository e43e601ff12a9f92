package dev.stoa.server.store;

import java.util.List;
import java.util.Map;

/// Something that happens to one entity, whole or not at all. Immutable.
///
/// An entity is created by the first write of an owner with fence 0 and sequence 1; the following ones of
/// that owner go on with fence 0, and creating is `Fenced` if the entity is there already.
///
/// A record's offset follows the one before; `header` is what holds afterwards, `firstOffset` included:
/// records in front of it are unreadable at once, and their space is freed later.
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
                        case Change.PutCheckpoint put -> put.checkpoint().body().length;
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
}
