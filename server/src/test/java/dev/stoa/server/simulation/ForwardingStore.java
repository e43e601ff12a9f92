package dev.stoa.server.simulation;

import dev.stoa.server.store.Checkpoint;
import dev.stoa.server.store.EntityId;
import dev.stoa.server.store.EntityQuery;
import dev.stoa.server.store.Header;
import dev.stoa.server.store.LogRecord;
import dev.stoa.server.store.Once;
import dev.stoa.server.store.Opened;
import dev.stoa.server.store.Outcome;
import dev.stoa.server.store.Scan;
import dev.stoa.server.store.Snapshot;
import dev.stoa.server.store.Store;
import dev.stoa.server.store.Write;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A store in front of another, for those that do some of it their own way. As thread-safe as the other.
public class ForwardingStore implements Store {
    private final Store behind;

    public ForwardingStore(Store behind) {
        this.behind = behind;
    }

    /// Called before every read.
    protected void reading() {}

    @Override
    public Optional<Opened> open(EntityId id) {
        reading();
        return behind.open(id);
    }

    @Override
    public Optional<Header> header(EntityId id) {
        reading();
        return behind.header(id);
    }

    @Override
    public long nextLog() {
        reading();
        return behind.nextLog();
    }

    @Override
    public void write(Write write, Consumer<Outcome> done) {
        behind.write(write, done);
    }

    @Override
    public List<Long> wholeCheckpoints(long log) {
        reading();
        return behind.wholeCheckpoints(log);
    }

    @Override
    public List<Checkpoint> checkpoints(long log) {
        reading();
        return behind.checkpoints(log);
    }

    @Override
    public List<LogRecord> read(long log, Scan scan) {
        reading();
        return behind.read(log, scan);
    }

    @Override
    public Optional<LogRecord> lastAt(long log, long at) {
        reading();
        return behind.lastAt(log, at);
    }

    @Override
    public long count(long log, String type, long from, long to) {
        reading();
        return behind.count(log, type, from, to);
    }

    @Override
    public Optional<Once> once(long log, String key, long now) {
        reading();
        return behind.once(log, key, now);
    }

    @Override
    public List<Snapshot> snapshots(EntityId id, String before, int limit) {
        reading();
        return behind.snapshots(id, before, limit);
    }

    @Override
    public Optional<Snapshot> snapshot(EntityId id, String snapshotId) {
        reading();
        return behind.snapshot(id, snapshotId);
    }

    @Override
    public List<Entry> entities(EntityQuery query) {
        reading();
        return behind.entities(query);
    }

    @Override
    public List<Due> due(Set<String> kinds, long now, @Nullable Due after, int limit) {
        reading();
        return behind.due(kinds, now, after, limit);
    }

    @Override
    public Map<String, Long> totals(String kind) {
        reading();
        return behind.totals(kind);
    }

    @Override
    public boolean sweep(long now) {
        reading();
        return behind.sweep(now);
    }

    @Override
    public long waitingBytes() {
        return behind.waitingBytes();
    }

    @Override
    public void close() {
        behind.close();
    }
}
