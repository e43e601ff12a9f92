package dev.stoa.server.room;

import dev.stoa.server.simulation.ForwardingStore;
import dev.stoa.server.store.MemoryStore;
import dev.stoa.server.store.Store;
import dev.stoa.server.store.jdbc.JdbcStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// What the rooms of a test are kept in, empty at first. Immutable.
enum Keeping {
    MEMORY {
        @Override
        Store store() {
            return new MemoryStore();
        }
    },
    SQLITE {
        @Override
        Store store() {
            return new Temporary(Empty.copied());
        }
    };

    /// A store of its own.
    abstract Store store();

    RoomHouse house() {
        return house(RoomsOptions.named("main"));
    }

    RoomHouse house(RoomsOptions options) {
        return house(Rooms.create(options));
    }

    RoomHouse house(Rooms rooms) {
        return new RoomHouse(rooms, store());
    }

    /// The files of a store that nothing was put into: copying them is quicker than making the tables again.
    private static final class Empty {
        private static final Path DIRECTORY = made();

        private static Path made() {
            try {
                Path directory = Files.createTempDirectory("stoa-empty");
                JdbcStore.sqlite(directory).close();
                Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
                return directory;
            } catch (IOException full) {
                throw new UncheckedIOException(full);
            }
        }

        static Path copied() {
            try {
                Path copy = Files.createTempDirectory("stoa-rooms");
                for (Path file : files(DIRECTORY)) {
                    Files.copy(file, copy.resolve(file.getFileName()));
                }
                return copy;
            } catch (IOException full) {
                throw new UncheckedIOException(full);
            }
        }
    }

    /// Deletes its files when it is closed; a second time does nothing.
    private static final class Temporary extends ForwardingStore {
        private final Path directory;

        Temporary(Path directory) {
            super(JdbcStore.sqlite(directory));
            this.directory = directory;
        }

        @Override
        public void close() {
            super.close();
            if (Files.exists(directory)) {
                delete(directory);
            }
        }
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException left) {
            throw new UncheckedIOException(left);
        }
    }
}
