package dev.stoa.server.store.jdbc;

import dev.stoa.server.store.Store;
import dev.stoa.server.store.StoreContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class PostgresqlStoreTest extends StoreContract {
    private static PostgresqlSettings settings;
    private static Store store;

    @BeforeAll
    static void open() {
        settings = Postgres.freshSchema();
        store = JdbcStore.postgresql(settings, "node-1");
    }

    @AfterAll
    static void close() {
        store.close();
    }

    @Override
    protected Store store() {
        return store;
    }

    @Override
    protected Store separateStore() {
        return JdbcStore.postgresql(settings, "node-2");
    }
}
