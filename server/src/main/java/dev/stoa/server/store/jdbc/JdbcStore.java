package dev.stoa.server.store.jdbc;

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
import dev.stoa.server.store.StoreException;
import dev.stoa.server.store.Write;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jspecify.annotations.Nullable;

/// A durable store in a database: SQLite for one node, PostgreSQL for many.
///
/// Thread-safe. Writes and claims go through one [GroupCommit]; queries go around it. Whoever opens it closes
/// it.
public final class JdbcStore implements Store {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);
    /// A claim waits behind what is queued; a statement has its own, shorter limits.
    private static final Duration WRITER_TIMEOUT = Duration.ofSeconds(60);

    private final Sweeper sweeper = new Sweeper();
    private final Backend backend;
    private final GroupCommit commits;
    private final Numbers numbers;

    JdbcStore(Backend backend, String node, WriteLimits limits) {
        this.backend = backend;
        this.commits = new GroupCommit(backend, node, limits, CLOSE_TIMEOUT);
        this.numbers = new Numbers(() -> await(commits.run(Numbers::takeBlock)));
    }

    /// Opens the store of a data directory, with usual settings.
    ///
    /// @throws StoreException saying what is wrong and what to do: the directory belongs to another server or
    ///     cannot be written, the file is damaged, locked, or written by a newer version
    public static JdbcStore sqlite(Path directory) {
        return sqlite(SqliteSettings.in(directory));
    }

    /// Opens the store of a data directory.
    ///
    /// @throws StoreException as for [#sqlite(Path)]
    public static JdbcStore sqlite(SqliteSettings settings) {
        return new JdbcStore(SqliteBackend.open(settings), "", settings.limits());
    }

    /// Opens a store on PostgreSQL; needs its driver, its Flyway module and HikariCP on the class path.
    ///
    /// @param nodeName this node among those that share the database; 1 to 64 characters
    /// @throws StoreException when the database cannot be reached or was written by a newer version
    public static JdbcStore postgresql(PostgresqlSettings settings, String nodeName) {
        if (nodeName.isEmpty() || nodeName.length() > 64) {
            throw new IllegalArgumentException("a node's name has 1 to 64 characters, not " + nodeName.length());
        }
        return new JdbcStore(PostgresqlBackend.open(settings), nodeName, settings.limits());
    }

    @Override
    public Optional<Opened> open(EntityId id) {
        OptionalLong fence = await(commits.claim(id));
        if (fence.isEmpty()) {
            return Optional.empty();
        }
        return backend.reads()
                .read(handle -> handle.inTransaction(
                        TransactionIsolationLevel.REPEATABLE_READ,
                        snapshot -> opened(snapshot, id, fence.getAsLong())));
    }

    /// Empty also when the entity was deleted by somebody who has overtaken this owner already.
    private static Optional<Opened> opened(Handle handle, EntityId id, long fence) {
        return Queries.header(handle, id)
                .map(header ->
                        new Opened(fence, header, Queries.checkpoints(handle, header.log()), Queries.rows(handle, id)));
    }

    @Override
    public Optional<Header> header(EntityId id) {
        return backend.reads().read(handle -> Queries.header(handle, id));
    }

    @Override
    public long nextLog() {
        return numbers.next();
    }

    @Override
    public void write(Write write, Consumer<Outcome> done) {
        commits.write(write, done);
    }

    @Override
    public List<Checkpoint> checkpoints(long log) {
        return backend.reads().read(handle -> Queries.checkpoints(handle, log));
    }

    @Override
    public List<Long> wholeCheckpoints(long log) {
        return backend.reads().read(handle -> Queries.wholeCheckpoints(handle, log));
    }

    @Override
    public List<LogRecord> read(long log, Scan scan) {
        return scan.to() < scan.from() ? List.of() : backend.reads().read(handle -> Queries.read(handle, log, scan));
    }

    @Override
    public Optional<LogRecord> lastAt(long log, long at) {
        return backend.reads().read(handle -> Queries.lastAt(handle, log, at));
    }

    @Override
    public long count(long log, String type, long from, long to) {
        return backend.reads().read(handle -> Queries.count(handle, log, type, from, to));
    }

    @Override
    public Optional<Once> once(long log, String key, long now) {
        return backend.reads().read(handle -> Queries.once(handle, log, key, now));
    }

    @Override
    public List<Snapshot> snapshots(EntityId id, String before, int limit) {
        return backend.reads().read(handle -> Queries.snapshots(handle, id, before, limit));
    }

    @Override
    public Optional<Snapshot> snapshot(EntityId id, String snapshotId) {
        return backend.reads().read(handle -> Queries.snapshot(handle, id, snapshotId));
    }

    @Override
    public List<Entry> entities(EntityQuery query) {
        return backend.reads().read(handle -> Queries.entities(handle, query));
    }

    @Override
    public List<Due> due(Set<String> kinds, long now, @Nullable Due after, int limit) {
        return kinds.isEmpty()
                ? List.of()
                : backend.reads().read(handle -> Queries.due(handle, kinds, now, after, limit));
    }

    @Override
    public Map<String, Long> totals(String kind) {
        return backend.reads().read(handle -> Queries.totals(handle, kind));
    }

    @Override
    public boolean sweep(long now) {
        return await(commits.run(connection -> sweeper.sweep(connection, now)));
    }

    @Override
    public long waitingBytes() {
        return commits.waitingBytes();
    }

    private static <T> T await(CompletableFuture<T> result) {
        try {
            return result.get(WRITER_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new StoreException("the store's writer did not get to it within " + WRITER_TIMEOUT, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("a wait for the store's writer was interrupted", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof StoreException known
                    ? known
                    : new StoreException("the store's writer failed", e);
        }
    }

    @Override
    public void close() {
        commits.close();
        backend.close();
    }
}
