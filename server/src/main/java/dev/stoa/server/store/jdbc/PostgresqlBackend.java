package dev.stoa.server.store.jdbc;

import dev.stoa.server.store.StoreException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.postgresql.ds.PGSimpleDataSource;

/// PostgreSQL, shared by many nodes: a connection for the writer, a small pool for readers. Its driver may be
/// used on virtual threads, which readers do. Thread-safe.
final class PostgresqlBackend implements Backend {
    private static final System.Logger LOG = System.getLogger(PostgresqlBackend.class.getName());
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    /// The database ends a slow statement itself; the socket is given up later, when it does not answer.
    private static final Duration SOCKET_GRACE = Duration.ofSeconds(10);

    private final PostgresqlSettings settings;
    private final PooledReads reads;

    /// On tables that are there.
    PostgresqlBackend(PostgresqlSettings settings) {
        this.settings = settings;
        this.reads = new PooledReads(
                source(settings, settings.readTimeout()),
                settings.connections(),
                settings.readTimeout(),
                this::failure);
    }

    static PostgresqlBackend open(PostgresqlSettings settings) {
        Schema.prepare(
                source(settings, settings.writeTimeout()),
                settings.schema() + ".",
                Schema.POSTGRESQL,
                "the schema " + settings.schema());
        return new PostgresqlBackend(settings);
    }

    private static PGSimpleDataSource source(PostgresqlSettings settings, Duration timeout) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(settings.url());
        source.setUser(settings.user());
        source.setPassword(settings.password());
        source.setCurrentSchema(settings.schema());
        source.setApplicationName("stoa");
        source.setReWriteBatchedInserts(true);
        source.setTcpKeepAlive(true);
        source.setConnectTimeout((int) CONNECT_TIMEOUT.toSeconds());
        source.setSocketTimeout((int) timeout.plus(SOCKET_GRACE).toSeconds());
        source.setOptions("-c statement_timeout=%1$d -c lock_timeout=%1$d".formatted(timeout.toMillis()));
        return source;
    }

    @Override
    public Connection connectWriter() throws SQLException {
        Connection connection = source(settings, settings.writeTimeout()).getConnection();
        try (Statement statement = connection.createStatement()) {
            makeDurable(statement);
            planOnce(statement);
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /// A commit is told only when it is on disk, whatever the database's default.
    private static void makeDurable(Statement statement) throws SQLException {
        statement.execute("""
                select set_config('synchronous_commit', 'on', false)
                where current_setting('synchronous_commit') = 'off'""");
        try (ResultSet fsync = statement.executeQuery("select current_setting('fsync')")) {
            if (fsync.next() && fsync.getString(1).equals("off")) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "the database runs with fsync=off: commits may be lost in a crash");
            }
        }
    }

    /// The writer's statements are few and ask for rows by their keys: planned once each, and never to read a whole
    /// table because it was small at that moment.
    private static void planOnce(Statement statement) throws SQLException {
        statement.execute("set plan_cache_mode = force_generic_plan");
        statement.execute("set enable_seqscan = off");
    }

    @Override
    public Appends appends(Connection writer, BatchedAppends batched, String node) {
        return new JoinedAppends(writer, node);
    }

    @Override
    public Reads reads() {
        return reads;
    }

    @Override
    public StoreException failure(String doing, Throwable cause) {
        for (Throwable at = cause; at != null; at = at.getCause()) {
            if (at instanceof StoreException known) {
                return known;
            }
            if (at instanceof SQLException sql) {
                return new StoreException(
                        "%s in the schema %s: %s (SQL state %s)"
                                .formatted(
                                        doing,
                                        settings.schema(),
                                        root(sql).getMessage(),
                                        root(sql).getSQLState()),
                        cause);
            }
        }
        return new StoreException(doing + " in the schema " + settings.schema() + ": " + cause.getMessage(), cause);
    }

    /// A failed batch repeats all its statements in its message, payloads included; what follows says why.
    private static SQLException root(SQLException failure) {
        SQLException next = failure.getNextException();
        return next == null ? failure : next;
    }

    @Override
    public void close() {
        reads.close();
    }
}
