package dev.stoa.server.store.jdbc;

import dev.stoa.server.store.Store;
import dev.stoa.server.store.StoreHistories;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

class PostgresqlStoreHistoriesTest extends StoreHistories {
    private PostgresqlSettings settings;

    @Override
    protected Store fresh() {
        settings = Postgres.freshSchema();
        return JdbcStore.postgresql(settings, "node");
    }

    /// Another node goes on, after the database has cut off the first.
    @Override
    protected Store afterCrash(Store store) {
        try (Connection connection = Postgres.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("""
                    select pg_terminate_backend(pid) from pg_stat_activity
                    where application_name = 'stoa' and pid <> pg_backend_pid()""");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        store.close();
        return JdbcStore.postgresql(settings, "another node");
    }
}
