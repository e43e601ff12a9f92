package dev.stoa.server.store.jdbc;

import dev.stoa.server.store.Store;
import dev.stoa.server.store.StoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreTest extends StoreContract {
    @TempDir
    static Path directory;

    @TempDir
    Path other;

    private static Store store;

    @BeforeAll
    static void open() {
        store = JdbcStore.sqlite(directory);
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
        return JdbcStore.sqlite(other);
    }
}
