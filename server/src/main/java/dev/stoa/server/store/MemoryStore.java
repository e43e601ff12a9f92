package dev.stoa.server.store;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A store that forgets everything when the process ends: for tests, and for servers that are told to keep
/// nothing. A write is done, and its outcome told, within the call.
///
/// Thread-safe: one lock around everything, outcomes are told outside it. It grows with what is kept.
public final class MemoryStore implements Store {
    private static final Comparator<Due> MOST_OVERDUE_FIRST = Comparator.comparingLong(Due::since)
            .thenComparing(due -> due.id().kind(), CodePoints.ORDER)
            .thenComparing(due -> due.id().name(), CodePoints.ORDER);

    private static final int SWEPT_AT_ONCE = 10_000;

    private final Object lock = new Object();
    private final Map<EntityId, MemoryEntity> entities = new HashMap<>();
    private final Map<Long, MemoryLog> logs = new HashMap<>();
    private final Map<String, Map<String, Long>> totals = new HashMap<>();
    private final PriorityQueue<Expiry> expiries = new PriorityQueue<>(Comparator.comparingLong(Expiry::at));
    private long lastLog;
    private boolean closed;

    @Override
    public Optional<Opened> open(EntityId id) {
        synchronized (lock) {
            checkOpen();
            return Optional.ofNullable(entities.get(id)).map(MemoryEntity::open);
        }
    }

    @Override
    public Optional<Header> header(EntityId id) {
        synchronized (lock) {
            checkOpen();
            return Optional.ofNullable(entities.get(id)).map(MemoryEntity::header);
        }
    }

    @Override
    public long nextLog() {
        synchronized (lock) {
            checkOpen();
            return ++lastLog;
        }
    }

    @Override
    public void write(Write write, Consumer<Outcome> done) {
        Outcome outcome;
        synchronized (lock) {
            outcome = closed ? new Outcome.Failed(closedFailure()) : commit(write);
        }
        done.accept(outcome);
    }

    private Outcome commit(Write write) {
        MemoryEntity found = entities.get(write.id());
        boolean creates = write.owner().equals(new Owner(0, 1));
        if (creates ? found != null : found == null || !found.admits(write)) {
            return new Outcome.Fenced();
        }
        long before = found == null || write.header().log() != found.header().log()
                ? 0
                : found.header().lastOffset();
        if (write.previousOffset() != before) {
            return new Outcome.Failed(new StoreException("in %s, what follows record %d was given after record %d"
                    .formatted(write.id(), write.previousOffset(), before)));
        }
        apply(found == null ? new MemoryEntity(write.header()) : found, write);
        return new Outcome.Committed();
    }

    private void apply(MemoryEntity entity, Write write) {
        logs.remove(entity.header().log());
        entity.apply(write);
        if (write.deletesEntity()) {
            entities.remove(write.id());
        } else {
            entities.put(write.id(), entity);
            logs.put(write.header().log(), entity.log());
        }
        for (Change change : write.changes()) {
            if (change instanceof Change.PutOnce(Once once) && once.expiresAt() != Header.NEVER) {
                expiries.add(new Expiry(once.expiresAt(), write.header().log(), once.key()));
            }
        }
        Map<String, Long> sums = totals.computeIfAbsent(write.id().kind(), _ -> new TreeMap<>());
        write.counted().forEach((name, count) -> sums.merge(name, count, Long::sum));
        sums.values().removeIf(sum -> sum == 0);
    }

    @Override
    public List<Checkpoint> checkpoints(long log) {
        synchronized (lock) {
            return log(log).map(MemoryLog::checkpoints).orElse(List.of());
        }
    }

    @Override
    public List<Long> wholeCheckpoints(long log) {
        return checkpoints(log).stream().map(Checkpoint::offset).toList();
    }

    @Override
    public List<LogRecord> read(long log, Scan scan) {
        synchronized (lock) {
            return log(log).map(kept -> kept.read(scan)).orElse(List.of());
        }
    }

    @Override
    public Optional<LogRecord> lastAt(long log, long at) {
        synchronized (lock) {
            return log(log).flatMap(kept -> kept.lastAt(at));
        }
    }

    @Override
    public long count(long log, String type, long from, long to) {
        synchronized (lock) {
            return log(log).map(kept -> kept.count(type, from, to)).orElse(0L);
        }
    }

    @Override
    public Optional<Once> once(long log, String key, long now) {
        synchronized (lock) {
            return log(log).flatMap(kept -> kept.once(key, now));
        }
    }

    private Optional<MemoryLog> log(long log) {
        checkOpen();
        return Optional.ofNullable(logs.get(log));
    }

    @Override
    public List<Snapshot> snapshots(EntityId id, String before, int limit) {
        synchronized (lock) {
            checkOpen();
            MemoryEntity entity = entities.get(id);
            return entity == null ? List.of() : entity.snapshots(before, limit);
        }
    }

    @Override
    public Optional<Snapshot> snapshot(EntityId id, String snapshotId) {
        synchronized (lock) {
            checkOpen();
            return Optional.ofNullable(entities.get(id)).flatMap(entity -> entity.snapshot(snapshotId));
        }
    }

    @Override
    public List<Entry> entities(EntityQuery query) {
        synchronized (lock) {
            checkOpen();
            return entries()
                    .filter(entry -> matches(entry, query))
                    .sorted(Comparator.comparing(entry -> entry.id().name(), CodePoints.ORDER))
                    .limit(query.limit())
                    .toList();
        }
    }

    private static boolean matches(Entry entry, EntityQuery query) {
        String name = entry.id().name();
        return entry.id().kind().equals(query.kind())
                && name.startsWith(query.prefix())
                && (query.status() == null
                        || query.status().equals(entry.header().status()))
                && (query.after() == null || CodePoints.ORDER.compare(name, query.after()) > 0);
    }

    @Override
    public List<Due> due(Set<String> kinds, long now, @Nullable Due after, int limit) {
        synchronized (lock) {
            checkOpen();
            return entries()
                    .filter(entry -> kinds.contains(entry.id().kind())
                            && entry.header().wakeAt() <= now
                            && entry.header().wakeAt() != Header.NEVER)
                    .map(entry -> new Due(entry.id(), entry.header().wakeAt()))
                    .filter(due -> after == null || MOST_OVERDUE_FIRST.compare(due, after) > 0)
                    .sorted(MOST_OVERDUE_FIRST)
                    .limit(limit)
                    .toList();
        }
    }

    private Stream<Entry> entries() {
        return entities.entrySet().stream()
                .map(kept -> new Entry(kept.getKey(), kept.getValue().header()));
    }

    @Override
    public Map<String, Long> totals(String kind) {
        synchronized (lock) {
            checkOpen();
            return Map.copyOf(totals.getOrDefault(kind, Map.of()));
        }
    }

    /// Only expired once keys wait for it: everything else is freed with the write that lets go of it.
    @Override
    public boolean sweep(long now) {
        synchronized (lock) {
            checkOpen();
            for (int i = 0; i < SWEPT_AT_ONCE; i++) {
                Expiry next = expiries.peek();
                if (next == null || next.at() >= now) {
                    return false;
                }
                expiries.remove();
                MemoryLog log = logs.get(next.log());
                if (log != null) {
                    log.forget(next.key(), now);
                }
            }
            return true;
        }
    }

    @Override
    public long waitingBytes() {
        return 0;
    }

    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            entities.clear();
            logs.clear();
            totals.clear();
            expiries.clear();
        }
    }

    private void checkOpen() {
        if (closed) {
            throw closedFailure();
        }
    }

    private static StoreException closedFailure() {
        return new StoreException("the store is closed");
    }

    private record Expiry(long at, long log, String key) {}
}
