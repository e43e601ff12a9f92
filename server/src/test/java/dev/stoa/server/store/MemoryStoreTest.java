package dev.stoa.server.store;

import org.junit.jupiter.api.AfterAll;

class MemoryStoreTest extends StoreContract {
    private static final Store STORE = new MemoryStore();

    @AfterAll
    static void close() {
        STORE.close();
    }

    @Override
    protected Store store() {
        return STORE;
    }

    @Override
    protected Store separateStore() {
        return new MemoryStore();
    }
}
