package dev.stoa.server.store.jdbc;

import dev.stoa.server.store.StoreException;
import java.sql.Connection;
import java.sql.SQLException;

/// SQLite: one file, one writer thread, a few reader threads. Its calls would hold a virtual thread's
/// carrier, so all of them run on platform threads of its own. Thread-safe.
final class SqliteBackend implements Backend {
    private static final System.Logger LOG = System.getLogger(SqliteBackend.class.getName());

    private final DirectoryLock lock;
    private final SqliteFile file;
    private final SqliteReads reads;

    private SqliteBackend(DirectoryLock lock, SqliteFile file, SqliteReads reads) {
        this.lock = lock;
        this.file = file;
        this.reads = reads;
    }

    static SqliteBackend open(SqliteSettings settings) {
        DirectoryLock lock = DirectoryLock.take(settings.directory());
        try {
            SqliteFile file = new SqliteFile(settings);
            try {
                file.check();
                Schema.prepare(file.source(), "", Schema.SQLITE, file.toString());
                return new SqliteBackend(lock, file, SqliteReads.open(file, settings));
            } catch (SQLException | RuntimeException e) {
                throw file.failure("cannot open the store", e);
            }
        } catch (StoreException e) {
            lock.close();
            throw e;
        }
    }

    @Override
    public Connection connectWriter() throws SQLException {
        return file.connectWriter();
    }

    @Override
    public Reads reads() {
        return reads;
    }

    @Override
    public StoreException failure(String doing, Throwable cause) {
        return file.failure(doing, cause);
    }

    @Override
    public void close() {
        reads.close();
        try {
            file.absorbJournal();
        } catch (SQLException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    file.failure("the journal stays until the next start", e).getMessage());
        }
        lock.close();
    }
}
