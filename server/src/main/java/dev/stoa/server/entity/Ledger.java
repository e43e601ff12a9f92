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
    private final PendingOnces onces = new PendingOnces();
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
    private long touches;

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

    /// Of an entity that is not there yet: nothing is kept of it before its first change.
    static Ledger fresh(EntityId id, Store store, Supplier<String> epochs, String status) {
        return new Ledger(id, store, epochs, Header.fresh(store.nextLog(), epochs.get(), status), 0, false);
    }

    /// Whether anything was ever handed in of it.
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
        LogRecord record = new LogRecord(lastOffset + 1, type, at, label, body);
        lastOffset = record.offset();
        lastAt = at;
        records.add(record);
        uncommitted.put(record.offset(), record);
        touch();
        return record;
    }

    void change(Change change) {
        switch (change) {
            case Change.PutOnce(Once once) -> onces.put(once, owner.sequence());
            case Change.DeleteOnces(String prefix) -> onces.forget(prefix, owner.sequence());
            case Change.DropLog _, Change.DeleteEntity _ ->
                throw new IllegalArgumentException(change + " of " + id + " is the runtime's to decide");
            case Change.PutRow _,
                    Change.DeleteRow _,
                    Change.PutCheckpoint _,
                    Change.PutSnapshot _,
                    Change.DeleteSnapshots _,
                    Change.DeleteRecords _ -> {
                // nothing to remember of it
            }
        }
        changes.add(change);
        touch();
    }

    void count(String counter, long delta) {
        long sum = Math.addExact(counter(counter), delta);
        if (!counters.containsKey(counter)) {
            checkName(counter);
        }
        if (sum == 0) {
            counters.remove(counter);
        } else {
            counters.put(counter, sum);
        }
        total(counter, delta);
    }

    private void checkName(String counter) {
        new Header(log, epoch, status, 1, 0, 0, Header.NEVER, Map.of(counter, 0L));
    }

    private void total(String counter, long delta) {
        if (delta != 0) {
            counted.merge(counter, delta, Long::sum);
            touch();
        }
    }

    void status(String newStatus) {
        if (newStatus.equals(status)) {
            return;
        }
        Header.fresh(log, epoch, newStatus);
        if (exists) {
            total(ENTITIES + "." + status, -1);
            total(ENTITIES + "." + newStatus, 1);
        }
        status = newStatus;
        touch();
    }

    void wakeAt(long millis) {
        if (millis != wakeAt) {
            wakeAt = millis;
            touch();
        }
    }

    Optional<Once> once(String key, long now) {
        if (onces.decides(key)) {
            return onces.find(key, now);
        }
        return exists ? store.once(log, key, now) : Optional.empty();
    }

    /// What the store has of a scan, and when that is nothing, what is on its way there.
    List<LogRecord> read(Scan scan) {
        if (scan.descending()) {
            throw new IllegalArgumentException("a turn reads in ascending order");
        }
        List<LogRecord> kept = exists ? store.read(log, scan) : List.of();
        if (!kept.isEmpty() || scan.to() < scan.from()) {
            return kept;
        }
        return uncommitted.subMap(scan.from(), true, scan.to(), true).values().stream()
                .filter(record -> wanted(record, scan))
                .limit(scan.limit())
                .toList();
    }

    private static boolean wanted(LogRecord record, Scan scan) {
        String label = record.label();
        return (scan.types().isEmpty() || scan.types().contains(record.type()))
                && (scan.labels().isEmpty() || (label != null && scan.labels().contains(label)));
    }

    void trimTo(long newFirst) {
        firstOffset = newFirst;
        touch();
    }

    /// A new log. What earlier turns of this write have put into the old one is dropped with it.
    void beginAnew() {
        records.clear();
        changes.removeIf(Ledger::belongsToTheLog);
        onces.clear();
        uncommitted.clear();
        if (exists && changes.stream().noneMatch(Change.DropLog.class::isInstance)) {
            changes.add(new Change.DropLog(log));
        }
        log = store.nextLog();
        epoch = epochs.get();
        firstOffset = 1;
        lastOffset = 0;
        touch();
    }

    private static boolean belongsToTheLog(Change change) {
        return switch (change) {
            case Change.PutOnce _, Change.DeleteOnces _, Change.PutCheckpoint _, Change.DeleteRecords _ -> true;
            case Change.PutRow _,
                    Change.DeleteRow _,
                    Change.PutSnapshot _,
                    Change.DeleteSnapshots _,
                    Change.DropLog _,
                    Change.DeleteEntity _ -> false;
        };
    }

    void renewEpoch() {
        epoch = epochs.get();
        touch();
    }

    /// Nothing stays; if nothing was ever handed in, nothing ever will be.
    void delete() {
        touch();
        if (exists) {
            Map.copyOf(counters).forEach((counter, value) -> count(counter, -value));
            total(ENTITIES, -1);
            total(ENTITIES + "." + status, -1);
            changes.add(new Change.DeleteEntity());
        } else {
            clear();
        }
        deleted = true;
    }

    private void touch() {
        if (deleted) {
            throw new IllegalStateException(id + " is deleted");
        }
        dirty = true;
        touches++;
    }

    /// Whether there is anything to write.
    boolean isDirty() {
        return dirty;
    }

    /// How often it was changed: grows whenever anything does.
    long touches() {
        return touches;
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
        clear();
        return write;
    }

    private void clear() {
        records = new ArrayList<>();
        changes = new ArrayList<>();
        counted = new HashMap<>();
        dirty = false;
    }

    /// The store has committed everything up to this write.
    void committed(Batch.Handed write) {
        onces.committed(write.sequence());
        if (write.log() == log) {
            uncommitted.headMap(write.lastOffset(), true).clear();
        }
    }
}
