package dev.stoa.server.store;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/// One log of an entity in memory: its records, checkpoints and once keys. Confined to the store's lock.
final class MemoryLog {
    private static final int KEPT_CHECKPOINTS = 2;

    private final NavigableMap<Long, LogRecord> records = new TreeMap<>();
    private final NavigableMap<Long, Checkpoint> checkpoints = new TreeMap<>();
    /// Those that are not whole yet.
    private final Map<Long, ByteArrayOutputStream> unfinished = new HashMap<>();

    private final Map<String, Once> onces = new HashMap<>();

    void append(List<LogRecord> added) {
        added.forEach(record -> records.put(record.offset(), record));
    }

    void trimBefore(long firstOffset) {
        records.headMap(firstOffset).clear();
    }

    void deleteRecords(String type) {
        records.values().removeIf(record -> record.type().equals(type));
    }

    List<LogRecord> read(Scan scan) {
        List<LogRecord> found = new ArrayList<>();
        if (scan.to() < scan.from()) {
            return found;
        }
        var range = records.subMap(scan.from(), true, scan.to(), true);
        long bytes = 0;
        for (LogRecord record : (scan.descending() ? range.descendingMap() : range).values()) {
            if (!wanted(record, scan)) {
                continue;
            }
            found.add(record);
            bytes += record.body().length;
            if (found.size() == scan.limit() || bytes > scan.maxBytes()) {
                break;
            }
        }
        return found;
    }

    private static boolean wanted(LogRecord record, Scan scan) {
        return (scan.types().isEmpty() || scan.types().contains(record.type()))
                && (scan.labels().isEmpty()
                        || (record.label() != null && scan.labels().contains(record.label())));
    }

    Optional<LogRecord> lastAt(long at) {
        return records.descendingMap().values().stream()
                .filter(record -> record.at() <= at)
                .findFirst();
    }

    long count(String type, long from, long to) {
        return to < from
                ? 0
                : records.subMap(from, true, to, true).values().stream()
                        .filter(record -> record.type().equals(type))
                        .count();
    }

    void put(Change.PutCheckpoint put) {
        if (put.part() == 0) {
            checkpoints.remove(put.offset());
            unfinished.put(put.offset(), new ByteArrayOutputStream());
        }
        ByteArrayOutputStream parts = unfinished.get(put.offset());
        if (parts == null) {
            return;
        }
        parts.writeBytes(put.body());
        if (put.isLast()) {
            unfinished.keySet().removeIf(offset -> offset <= put.offset());
            checkpoints.put(put.offset(), new Checkpoint(put.offset(), parts.toByteArray()));
        }
        while (checkpoints.size() > KEPT_CHECKPOINTS) {
            checkpoints.pollFirstEntry();
        }
    }

    List<Checkpoint> checkpoints() {
        return List.copyOf(checkpoints.descendingMap().values());
    }

    void put(Once once) {
        onces.put(once.key(), once);
    }

    void deleteOnces(String prefix) {
        onces.keySet().removeIf(key -> key.startsWith(prefix));
    }

    Optional<Once> once(String key, long now) {
        return Optional.ofNullable(onces.get(key)).filter(once -> once.expiresAt() >= now);
    }

    void forget(String key, long now) {
        onces.computeIfPresent(key, (_, once) -> once.expiresAt() < now ? null : once);
    }
}
