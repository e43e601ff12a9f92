package dev.stoa.server.store.jdbc;

import dev.stoa.server.store.StoreException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// A database file of SQLite: how to connect to it, and what its failures mean to an operator. Immutable.
final class SqliteFile {
    private static final int WRITER_CACHE_KIB = 32 * 1024;
    private static final int READER_CACHE_KIB = 8 * 1024;
    private static final int LONGEST_JOURNAL_BYTES = 64 << 20;
    private static final int FIRST_RESULT_BYTE = 0xff;

    private final Path file;
    private final SqliteSettings settings;

    SqliteFile(SqliteSettings settings) {
        this.file = settings.directory().resolve("stoa.db");
        this.settings = settings;
    }

    @Override
    public String toString() {
        return file.toString();
    }

    SQLiteDataSource source() {
        return source(new SQLiteConfig());
    }

    private SQLiteDataSource source(SQLiteConfig config) {
        config.setBusyTimeout(
                (int) Math.min(Integer.MAX_VALUE, settings.lockTimeout().toMillis()));
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file);
        return source;
    }

    /// Looks at the file before anything is written to it.
    void check() throws SQLException {
        try (Connection connection = source().getConnection();
                Statement statement = connection.createStatement()) {
            setJournal(statement);
            try (ResultSet tables = statement.executeQuery("select count(*) from sqlite_schema")) {
                tables.next();
            }
        }
    }

    private void setJournal(Statement statement) throws SQLException {
        try (ResultSet mode = statement.executeQuery("pragma journal_mode = wal")) {
            if (!mode.next() || !mode.getString(1).toLowerCase(Locale.ROOT).equals("wal")) {
                throw new StoreException(
                        "%s cannot keep a write-ahead journal there: choose a directory on a local disk"
                                .formatted(file));
            }
        }
    }

    Connection connectWriter() throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        // the driver begins the next transaction right after a commit: it must not lock until there is something
        config.setTransactionMode(SQLiteConfig.TransactionMode.DEFERRED);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setCacheSize(-WRITER_CACHE_KIB);
        config.setTempStore(SQLiteConfig.TempStore.MEMORY);
        config.setJournalSizeLimit(LONGEST_JOURNAL_BYTES);
        Connection connection = source(config).getConnection();
        try (Statement statement = connection.createStatement()) {
            setJournal(statement);
            if (settings.maxFileBytes() < Long.MAX_VALUE) {
                limitSize(statement);
            }
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private void limitSize(Statement statement) throws SQLException {
        long pageBytes;
        try (ResultSet size = statement.executeQuery("pragma page_size")) {
            size.next();
            pageBytes = size.getLong(1);
        }
        statement.execute("pragma max_page_count = " + Math.max(1, settings.maxFileBytes() / pageBytes));
    }

    Connection connectReader() throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setCacheSize(-READER_CACHE_KIB);
        config.setTempStore(SQLiteConfig.TempStore.MEMORY);
        return source(config).getConnection();
    }

    /// The last connection to go moves the journal into the file; a read-only one, which the others are, cannot.
    void absorbJournal() throws SQLException {
        connectWriter().close();
    }

    /// Says what failed, why, and what to do.
    StoreException failure(String doing, Throwable cause) {
        for (Throwable at = cause; at != null; at = at.getCause()) {
            if (at instanceof StoreException known) {
                return known;
            }
            if (at instanceof SQLiteException sqlite) {
                return new StoreException(doing + ": " + explanation(sqlite), cause);
            }
        }
        return new StoreException(doing + " in " + file + ": " + cause.getMessage(), cause);
    }

    private String explanation(SQLiteException failure) {
        SQLiteErrorCode primary = SQLiteErrorCode.getErrorCode(failure.getResultCode().code & FIRST_RESULT_BYTE);
        return switch (primary) {
            case SQLITE_CORRUPT, SQLITE_NOTADB -> """
                    the database file %s is damaged (%s). Stop the server and restore the file from a backup, or save \
                    what is whole with "sqlite3 stoa.db .recover"; nothing was deleted""".formatted(file, primary);
            case SQLITE_BUSY, SQLITE_LOCKED ->
                "another program has locked the database file %s for longer than %s: close it"
                        .formatted(file, settings.lockTimeout());
            case SQLITE_FULL ->
                settings.maxFileBytes() < Long.MAX_VALUE
                        ? "no room in the database file %s: the disk is full, or the file has reached its limit of %d bytes"
                                .formatted(file, settings.maxFileBytes())
                        : "no room for the database file %s: the disk is full".formatted(file);
            case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM ->
                "the database file %s cannot be written (%s): give this user the right to write it and its directory"
                        .formatted(file, primary);
            case SQLITE_IOERR -> "the disk fails at the database file %s (%s)".formatted(file, failure.getResultCode());
            default -> "the database file %s answers %s".formatted(file, failure.getMessage());
        };
    }
}
