package dev.stoa.server.entity;

import dev.stoa.server.store.Change;
import dev.stoa.server.store.EntityId;
import dev.stoa.server.store.Header;
import dev.stoa.server.store.LogRecord;
import dev.stoa.server.store.Once;
import dev.stoa.server.store.Owner;
import dev.stoa.server.store.Scan;
import dev.stoa.server.store.Store;
import dev.stoa.server.store.Write;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// An entity's header as it will be, and what the present turns add to what is kept. Confined to the mailbox.
final class Ledger {
    private static final String ENTITIES = "entities";

    private final EntityId id;
    private final Store store;
    private final Supplier<String> epochs;
    private final Map<String, Long> counters;
    private final Map<String, Once> uncommittedOnces = new HashMap<>();
    private final NavigableMap<Long, LogRecord> uncommitted = new TreeMap<>();
    private Owner owner;
    private boolean exists;
    private boolean deleted;
    private long log;
    private String epoch;
    private String status;
    private long firstOffset;
    private long lastOffset;
    private long lastAt;
    private long wakeAt;

    private List<LogRecord> records = new ArrayList<>();
    private List<Change> changes = new ArrayList<>();
    private Map<String, Long> counted = new HashMap<>();
    private boolean dirty;

    private Ledger(EntityId id, Store store, Supplier<String> epochs, Header header, long fence, boolean exists) {
        this.id = id;
        this.store = store;
        this.epochs = epochs;
        this.owner = new Owner(fence, 1);
        this.exists = exists;
        this.log = header.log();
        this.epoch = header.epoch();
        this.status = header.status();
        this.firstOffset = header.firstOffset();
        this.lastOffset = header.lastOffset();
        this.lastAt = header.lastAt();
        this.wakeAt = header.wakeAt();
        this.counters = new HashMap<>(header.counters());
    }

    static Ledger of(EntityId id, Store store, Supplier<String> epochs, Header header, long fence) {
        return new Ledger(id, store, epochs, header, fence, true);
    }

    static Ledger fresh(EntityId id, Store store, Supplier<String> epochs, String status) {
        return new Ledger(id, store, epochs, Header.fresh(store.nextLog(), epochs.get(), status), 0, false);
    }

    boolean exists() {
        return exists;
    }

    boolean isDeleted() {
        return deleted;
    }

    String epoch() {
        return epoch;
    }

    long log() {
        return log;
    }

    long firstOffset() {
        return firstOffset;
    }

    long lastOffset() {
        return lastOffset;
    }

    long lastAt() {
        return lastAt;
    }

    long wakeAt() {
        return wakeAt;
    }

    long counter(String name) {
        return counters.getOrDefault(name, 0L);
    }

    LogRecord append(String type, @Nullable String label, long at, byte[] body) {
        LogRecord record = new LogRecord(++lastOffset, type, at, label, body);
        uncommitted.put(record.offset(), record);
        lastAt = at;
        records.add(record);
        dirty = true;
        return record;
    }

    void change(Change change) {
        if (change instanceof Change.PutOnce(Once once)) {
            uncommittedOnces.put(once.key(), once);
        }
        changes.add(change);
        dirty = true;
    }

    void count(String counter, long delta) {
        long now = counter(counter) + delta;
        if (now == 0) {
            counters.remove(counter);
        } else {
            counters.put(counter, now);
        }
        total(counter, delta);
    }

    private void total(String counter, long delta) {
        if (delta != 0) {
            counted.merge(counter, delta, Long::sum);
            dirty = true;
        }
    }

    void status(String newStatus) {
        if (!newStatus.equals(status)) {
            if (exists) {
                total(ENTITIES + "." + status, -1);
                total(ENTITIES + "." + newStatus, 1);
            }
            status = newStatus;
            dirty = true;
        }
    }

    void wakeAt(long millis) {
        if (millis != wakeAt) {
            wakeAt = millis;
            dirty = true;
        }
    }

    Optional<Once> once(String key, long now) {
        Once uncommitted = uncommittedOnces.get(key);
        if (uncommitted != null && uncommitted.expiresAt() > now) {
            return Optional.of(uncommitted);
        }
        return exists ? store.once(log, key, now) : Optional.empty();
    }

    List<LogRecord> read(Scan scan) {
        List<LogRecord> kept = exists ? store.read(log, scan) : List.of();
        if (!kept.isEmpty()) {
            return kept;
        }
        return uncommitted.subMap(scan.from(), true, scan.to(), true).values().stream()
                .filter(record -> scan.types().isEmpty() || scan.types().contains(record.type()))
                .limit(scan.limit())
                .toList();
    }

    void trimTo(long newFirst) {
        firstOffset = newFirst;
        dirty = true;
    }

    void beginAnew() {
        // What earlier turns of this write have put into the old log is dropped with it.
        records.clear();
        uncommitted.clear();
        changes.removeIf(change -> change instanceof Change.PutOnce || change instanceof Change.PutCheckpoint);
        uncommittedOnces.clear();
        boolean droppedAlready = changes.stream().anyMatch(change -> change instanceof Change.DropLog);
        if (!droppedAlready) {
            if (exists) {
                changes.add(new Change.DropLog(log));
            }
            log = store.nextLog();
        }
        epoch = epochs.get();
        firstOffset = 1;
        lastOffset = 0;
        dirty = true;
    }

    void renewEpoch() {
        epoch = epochs.get();
        dirty = true;
    }

    void delete() {
        deleted = true;
        if (!exists) {
            return;
        }
        new HashMap<>(counters).forEach((counter, value) -> count(counter, -value));
        total(ENTITIES, -1);
        total(ENTITIES + "." + status, -1);
        changes.add(new Change.DeleteEntity());
        dirty = true;
    }

    /// Whether there is anything to write.
    boolean isDirty() {
        return dirty;
    }

    /// How much the present turns have added: grows with whatever they do.
    long mark() {
        return records.size() + 31L * changes.size() + 1009L * counted.size() + (dirty ? 1 : 0);
    }

    /// Takes what the turns have added as one write.
    Write write() {
        if (!exists) {
            exists = true;
            total(ENTITIES, 1);
            total(ENTITIES + "." + status, 1);
        }
        Header header = new Header(log, epoch, status, firstOffset, lastOffset, lastAt, wakeAt, counters);
        Write write = new Write(id, owner, header, records, changes, counted);
        owner = owner.next();
        records = new ArrayList<>();
        changes = new ArrayList<>();
        counted = new HashMap<>();
        dirty = false;
        return write;
    }

    /// A write is committed.
    ///
    /// @param upTo the last record that is kept now
    /// @param all whether nothing more is on its way to the store
    void committed(long upTo, boolean all) {
        uncommitted.headMap(upTo, true).clear();
        if (all) {
            uncommittedOnces.clear();
        }
    }
}
