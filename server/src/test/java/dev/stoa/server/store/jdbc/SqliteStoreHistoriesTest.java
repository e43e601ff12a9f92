package dev.stoa.server.store.jdbc;

import dev.stoa.server.store.Store;
import dev.stoa.server.store.StoreHistories;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreHistoriesTest extends StoreHistories {
    @TempDir
    Path directory;

    private final Map<Store, Path> places = new HashMap<>();

    @Override
    protected Store fresh() {
        return open(nextPlace());
    }

    private Path nextPlace() {
        return directory.resolve("store-" + places.size());
    }

    private Store open(Path place) {
        Store store = JdbcStore.sqlite(place);
        places.put(store, place);
        return store;
    }

    /// Opens a copy of the files as they are while the store is open.
    @Override
    protected Store afterCrash(Store store) {
        Path place = nextPlace();
        try {
            Files.createDirectories(place);
            for (String file : new String[] {"stoa.db", "stoa.db-wal"}) {
                Files.copy(places.get(store).resolve(file), place.resolve(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        store.close();
        return open(place);
    }
}
