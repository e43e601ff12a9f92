package dev.stoa.server.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConnection;

/// One read-only connection to SQLite. One thread at a time reads; any thread may interrupt it.
final class SqliteReader implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(SqliteReader.class.getName());

    private final SQLiteConnection connection;
    private final Handle handle;
    private final Object lock = new Object();
    private @Nullable Object running;

    SqliteReader(Connection connection) throws SQLException {
        this.connection = connection.unwrap(SQLiteConnection.class);
        this.handle = Jdbi.open(connection);
    }

    /// @param token names this read to [#interrupt]
    <T> T read(Object token, Function<Handle, T> query) {
        setRunning(token);
        try {
            return query.apply(handle);
        } finally {
            setRunning(null);
        }
    }

    private void setRunning(@Nullable Object token) {
        synchronized (lock) {
            running = token;
        }
    }

    /// Ends the query if it is still this one.
    void interrupt(Object token) {
        synchronized (lock) {
            if (running == token) {
                interruptAny();
            }
        }
    }

    void interruptAny() {
        try {
            connection.getDatabase().interrupt();
        } catch (SQLException e) {
            LOG.log(System.Logger.Level.DEBUG, "a query could not be interrupted", e);
        }
    }

    @Override
    public void close() {
        handle.close();
    }
}
