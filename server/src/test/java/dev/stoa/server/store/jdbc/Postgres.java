package dev.stoa.server.store.jdbc;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

/// A real PostgreSQL for tests: started by the first that asks, once for the whole run. Thread-safe.
public final class Postgres {
    private static final Postgres SHARED = new Postgres();

    private EmbeddedPostgres server;

    private Postgres() {}

    /// Settings with a schema of its own.
    public static PostgresqlSettings freshSchema() {
        return PostgresqlSettings.of(SHARED.server().getJdbcUrl("postgres", "postgres"), "postgres", "postgres")
                .inSchema("s" + UUID.randomUUID().toString().replace("-", ""));
    }

    static Connection connect() throws SQLException {
        return SHARED.server().getPostgresDatabase().getConnection();
    }

    /// Empties the tables of a schema, but for the numbers.
    static void empty(String schema) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("set search_path to " + schema);
            statement.execute(
                    "truncate entity, record, once, checkpoint, entity_row, snapshot, total, erased, dropped");
        }
    }

    private synchronized EmbeddedPostgres server() {
        if (server == null) {
            try {
                server = EmbeddedPostgres.builder()
                        .setServerConfig("max_connections", "100")
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return server;
    }
}
