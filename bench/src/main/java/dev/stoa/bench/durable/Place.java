package dev.stoa.bench.durable;

import dev.stoa.server.store.Store;
import dev.stoa.server.store.jdbc.JdbcStore;
import dev.stoa.server.store.jdbc.PostgresqlSettings;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/// A database to measure in: gives stores, and bare connections to tables of the same shape, each apart.
interface Place extends AutoCloseable {
    Store store(String name);

    /// A connection as the store's writer has it, to tables that are there.
    Connection bare(String name) throws SQLException;

    @Override
    void close() throws IOException;

    /// A directory for each name.
    record Sqlite(Path directory) implements Place {
        @Override
        public Store store(String name) {
            return JdbcStore.sqlite(directory.resolve(name));
        }

        @Override
        public Connection bare(String name) throws SQLException {
            store(name).close();
            SQLiteConfig config = new SQLiteConfig();
            config.setJournalMode(SQLiteConfig.JournalMode.WAL);
            config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
            config.setCacheSize(-32 * 1024);
            config.setTransactionMode(SQLiteConfig.TransactionMode.DEFERRED);
            SQLiteDataSource source = new SQLiteDataSource(config);
            source.setUrl("jdbc:sqlite:" + directory.resolve(name).resolve("stoa.db"));
            Connection connection = source.getConnection();
            connection.setAutoCommit(false);
            return connection;
        }

        @Override
        public void close() {
            // the run's directory is removed as a whole
        }
    }

    /// A schema for each name, in a server of its own that is as durable as PostgreSQL is by default.
    record Postgresql(EmbeddedPostgres server) implements Place {
        static Postgresql start(Path directory) throws IOException {
            return new Postgresql(EmbeddedPostgres.builder()
                    .setDataDirectory(directory)
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .setServerConfig("full_page_writes", "on")
                    .start());
        }

        private String url() {
            return server.getJdbcUrl("postgres", "postgres");
        }

        @Override
        public Store store(String name) {
            return JdbcStore.postgresql(
                    PostgresqlSettings.of(url(), "postgres", "postgres").inSchema(name), "bench");
        }

        @Override
        public Connection bare(String name) throws SQLException {
            store(name).close();
            Properties properties = new Properties();
            properties.setProperty("user", "postgres");
            properties.setProperty("password", "postgres");
            properties.setProperty("currentSchema", name);
            properties.setProperty("reWriteBatchedInserts", "true");
            Connection connection = new org.postgresql.Driver().connect(url(), properties);
            if (connection == null) {
                throw new SQLException("no driver takes " + url());
            }
            connection.setAutoCommit(false);
            return connection;
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }
}
