package dev.stoa.server.store.jdbc;

import java.sql.SQLException;
import org.junit.jupiter.api.BeforeAll;

class PostgresqlCommitFailureTest extends CommitFailureContract {
    private static PostgresqlSettings settings;

    @BeforeAll
    static void makeTables() {
        settings = Postgres.freshSchema();
        PostgresqlBackend.open(settings).close();
    }

    @Override
    Backend backend() {
        try {
            Postgres.empty(settings.schema());
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        return new PostgresqlBackend(settings);
    }

    @Override
    String blob() {
        return "bytea";
    }
}
