package dev.stoa.server.store;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// What a store must hold, kept in the plainest way: lists that are searched from end to end.
final class ModelOfStore {
    static final class Room {
        Header header;
        long fence;
        long sequence;
        List<LogRecord> records = new ArrayList<>();
        Map<String, Once> onces = new HashMap<>();
        List<Checkpoint> checkpoints = new ArrayList<>();
        final List<Change.PutCheckpoint> parts = new ArrayList<>();
        final Map<String, byte[]> rows = new HashMap<>();
        final List<Snapshot> snapshots = new ArrayList<>();
    }

    final Map<EntityId, Room> rooms = new HashMap<>();
    final Map<String, Long> totals = new TreeMap<>();

    /// The offset of an entity's newest checkpoint, be it whole or not; -1 for none.
    long newestCheckpoint(EntityId id) {
        Room room = rooms.get(id);
        return room == null
                ? -1
                : Stream.concat(
                                room.checkpoints.stream().map(Checkpoint::offset),
                                room.parts.stream().map(Change.PutCheckpoint::offset))
                        .max(Comparator.naturalOrder())
                        .orElse(-1L);
    }

    /// @return the fence; 0 when there is no such entity
    long open(EntityId id) {
        Room room = rooms.get(id);
        if (room == null) {
            return 0;
        }
        room.sequence = 0;
        return ++room.fence;
    }

    Class<? extends Outcome> write(Write write) {
        Room room = rooms.get(write.id());
        boolean creates = write.owner().fence() == 0 && write.owner().sequence() == 1;
        if (creates) {
            if (room != null) {
                return Outcome.Fenced.class;
            }
            room = new Room();
        } else if (room == null
                || room.fence != write.owner().fence()
                || room.sequence + 1 != write.owner().sequence()
                || room.header.log() != logBefore(write)) {
            return Outcome.Fenced.class;
        }
        boolean begins = creates || logBefore(write) != write.header().log();
        long end = begins ? 0 : room.header.lastOffset();
        long given = write.records().isEmpty()
                ? write.header().lastOffset()
                : write.records().getFirst().offset() - 1;
        if (given != end) {
            return Outcome.Failed.class;
        }
        rooms.put(write.id(), room);
        apply(room, write, begins);
        return Outcome.Committed.class;
    }

    private static long logBefore(Write write) {
        for (Change change : write.changes()) {
            if (change instanceof Change.DropLog(long log)) {
                return log;
            }
        }
        return write.header().log();
    }

    private void apply(Room room, Write write, boolean begins) {
        room.sequence = write.owner().sequence();
        room.header = write.header();
        if (begins) {
            room.records = new ArrayList<>();
            room.onces = new HashMap<>();
            room.checkpoints = new ArrayList<>();
            room.parts.clear();
        }
        room.records.addAll(write.records());
        for (Change change : write.changes()) {
            apply(write.id(), room, change);
        }
        room.records.removeIf(record -> record.offset() < write.header().firstOffset());
        write.counted().forEach((name, count) -> totals.merge(name, count, Long::sum));
        totals.values().removeIf(sum -> sum == 0);
    }

    private void apply(EntityId id, Room room, Change change) {
        switch (change) {
            case Change.PutRow(String key, byte[] body) -> room.rows.put(key, body);
            case Change.DeleteRow(String key) -> room.rows.remove(key);
            case Change.PutOnce(Once once) -> room.onces.put(once.key(), once);
            case Change.DeleteOnces(String prefix) -> room.onces.keySet().removeIf(key -> key.startsWith(prefix));
            case Change.PutCheckpoint put -> {
                room.parts.removeIf(known -> known.offset() != put.offset() || known.part() >= put.part());
                room.parts.add(put);
                if (put.part() == 0) {
                    room.checkpoints.removeIf(kept -> kept.offset() == put.offset());
                }
                if (!put.isLast()) {
                    return;
                }
                ByteArrayOutputStream body = new ByteArrayOutputStream();
                room.parts.forEach(part -> body.writeBytes(part.body()));
                room.parts.clear();
                Checkpoint checkpoint = new Checkpoint(put.offset(), body.toByteArray());
                room.checkpoints.removeIf(kept -> kept.offset() == checkpoint.offset());
                room.checkpoints.add(checkpoint);
                room.checkpoints.sort(
                        Comparator.comparingLong(Checkpoint::offset).reversed());
                while (room.checkpoints.size() > 2) {
                    room.checkpoints.removeLast();
                }
            }
            case Change.PutSnapshot(Snapshot snapshot) -> {
                room.snapshots.removeIf(kept -> kept.id().equals(snapshot.id()));
                room.snapshots.add(snapshot);
                room.snapshots.sort(Comparator.comparing(Snapshot::id).reversed());
            }
            case Change.DeleteSnapshots _ -> room.snapshots.clear();
            case Change.DeleteRecords(String type) ->
                room.records.removeIf(record -> record.type().equals(type));
            case Change.DropLog _ -> {
                // the new header begins a log
            }
            case Change.DeleteEntity _ -> rooms.remove(id);
        }
    }
}
