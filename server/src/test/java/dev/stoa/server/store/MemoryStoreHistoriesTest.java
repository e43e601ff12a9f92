package dev.stoa.server.store;

class MemoryStoreHistoriesTest extends StoreHistories {
    @Override
    protected Store fresh() {
        return new MemoryStore();
    }

    /// It does not outlive its process: the only store whose histories go on without a crash.
    @Override
    protected Store afterCrash(Store store) {
        return store;
    }

    @Override
    protected int histories() {
        return 30;
    }
}
