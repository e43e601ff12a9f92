package dev.stoa.server.store.jdbc;

import dev.stoa.server.store.StoreException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/// Reads on a few platform threads, each query on a read-only connection that is free. The journal lets
/// them read while the writer writes. Thread-safe; what waits is bounded, and nobody waits longer than the
/// read timeout: a query that takes longer is interrupted.
final class SqliteReads implements Reads {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final SqliteFile file;
    private final SqliteSettings settings;
    private final List<SqliteReader> readers;
    private final BlockingQueue<SqliteReader> idle;
    private final ThreadPoolExecutor threads;

    private SqliteReads(SqliteFile file, SqliteSettings settings, List<SqliteReader> readers) {
        this.file = file;
        this.settings = settings;
        this.readers = readers;
        this.idle = new ArrayBlockingQueue<>(readers.size(), false, readers);
        this.threads = new ThreadPoolExecutor(
                readers.size(),
                readers.size(),
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(settings.maxWaitingReads()),
                Thread.ofPlatform().name("stoa-store-reader-", 1).daemon().factory());
    }

    static SqliteReads open(SqliteFile file, SqliteSettings settings) throws SQLException {
        List<SqliteReader> readers = new ArrayList<>();
        try {
            while (readers.size() < settings.readers()) {
                readers.add(new SqliteReader(file.connectReader()));
            }
            return new SqliteReads(file, settings, readers);
        } catch (SQLException | RuntimeException e) {
            readers.forEach(SqliteReader::close);
            throw e;
        }
    }

    @Override
    public <T> T read(Function<Handle, T> query) {
        Object token = new Object();
        FutureTask<T> reading = new FutureTask<>(() -> onIdleReader(token, query));
        try {
            threads.execute(reading);
        } catch (RejectedExecutionException e) {
            throw new StoreException(
                    threads.isShutdown()
                            ? "the store is closed"
                            : "%d reads of %s wait already, and that is the limit"
                                    .formatted(settings.maxWaitingReads(), file),
                    e);
        }
        try {
            return reading.get(settings.readTimeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            giveUp(reading, token);
            throw new StoreException("a read of %s took longer than %s".formatted(file, settings.readTimeout()), e);
        } catch (InterruptedException e) {
            giveUp(reading, token);
            Thread.currentThread().interrupt();
            throw new StoreException("a read of %s was interrupted".formatted(file), e);
        } catch (ExecutionException e) {
            throw file.failure("cannot read", e.getCause() == null ? e : e.getCause());
        }
    }

    private <T> T onIdleReader(Object token, Function<Handle, T> query) throws InterruptedException {
        SqliteReader reader = idle.take();
        try {
            return reader.read(token, query);
        } finally {
            idle.put(reader);
        }
    }

    private void giveUp(FutureTask<?> reading, Object token) {
        reading.cancel(false);
        readers.forEach(reader -> reader.interrupt(token));
    }

    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                readers.forEach(SqliteReader::interruptAny);
                threads.shutdownNow();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        readers.forEach(SqliteReader::close);
    }
}
