package dev.stoa.server.store.jdbc;

import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;

class PostgresqlReadsTest extends ReadsContract {
    private static PostgresqlSettings settings;

    @BeforeAll
    static void makeTables() {
        settings = Postgres.freshSchema();
        PostgresqlBackend.open(settings).close();
    }

    @Override
    Backend backend(Duration readTimeout) {
        return new PostgresqlBackend(settings.withTimeouts(readTimeout, Duration.ofSeconds(30)));
    }

    @Override
    String slowQuery() {
        return "select pg_sleep(30)";
    }

    @Override
    String timeoutMessage() {
        return "statement timeout";
    }
}
