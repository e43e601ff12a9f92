package dev.stoa.server.store.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.stoa.server.store.StoreException;
import java.time.Duration;
import java.util.function.BiFunction;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/// Reads on the caller's thread, with connections of a small pool. Thread-safe. The wait for a connection and
/// the query have the read timeout each.
final class PooledReads implements Reads {
    private final HikariDataSource pool;
    private final Jdbi jdbi;
    private final BiFunction<String, Throwable, StoreException> explain;

    PooledReads(
            DataSource source,
            int connections,
            Duration timeout,
            BiFunction<String, Throwable, StoreException> explain) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("stoa-store");
        config.setDataSource(source);
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(timeout.toMillis());
        config.setInitializationFailTimeout(-1);
        this.pool = new HikariDataSource(config);
        this.jdbi = Jdbi.create(pool);
        this.explain = explain;
    }

    @Override
    public <T> T read(Function<Handle, T> query) {
        if (pool.isClosed()) {
            throw new StoreException("the store is closed");
        }
        try (Handle handle = jdbi.open()) {
            return query.apply(handle);
        } catch (RuntimeException e) {
            throw explain.apply("cannot read", e);
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
