package dev.stoa.server;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.stoa.server.delivery.DeliveryLoop;
import dev.stoa.server.document.Documents;
import dev.stoa.server.document.DocumentsRuntime;
import dev.stoa.server.entity.EntitySettings;
import dev.stoa.server.entity.LocalPlacement;
import dev.stoa.server.port.Timers;
import dev.stoa.server.room.Rooms;
import dev.stoa.server.room.RoomsRuntime;
import dev.stoa.server.session.Sessions;
import dev.stoa.server.store.Store;
import dev.stoa.server.topic.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/// The durable side of a server: its stores, the entities in each, and the instances of rooms and
/// documents that are among them. Thread-safe.
final class RunningEntities implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final String NODE = "local";

    private final Map<String, Keeping> byDatabase = new LinkedHashMap<>();
    private final List<Rooms> instances;
    private final List<Documents> documents;

    /// A store, and what runs the entities in it.
    record Keeping(Store store, LocalPlacement placement) {}

    /// What instances share.
    ///
    /// @param databases opens the store of a name; the empty one is the usual store's
    /// @param address where sockets reach the server, like `ws://localhost:8080`
    record Grounds(
            Function<String, Store> databases,
            EntitySettings settings,
            List<DeliveryLoop> loops,
            Sessions sessions,
            Timers timers,
            Supplier<String> address) {}

    /// @param byPath instances by their endpoints' paths
    /// @throws IllegalStateException when two instances have the same name or binding
    RunningEntities(Map<String, Rooms> byPath, Collection<Documents> documents, Grounds grounds) {
        this.instances = List.copyOf(byPath.values());
        this.documents = List.copyOf(documents);
        requireDistinctNames();
        Executor threads = task -> Thread.ofVirtual().name("stoa-entity").start(task);
        Supplier<String> ids = () -> UuidCreator.getTimeOrderedEpoch().toString();
        Topics topics = new Topics(grounds.loops);
        try {
            byPath.forEach((path, rooms) -> {
                String database = Objects.requireNonNullElse(rooms.options().databaseName(), "");
                Keeping keeping = keeping(database, grounds, threads, ids);
                rooms.start(new RoomsRuntime(
                        NODE,
                        keeping.placement,
                        keeping.store,
                        topics,
                        grounds.sessions,
                        grounds.timers,
                        threads,
                        ids,
                        () -> grounds.address.get() + path,
                        DEADLINE));
            });
            this.documents.forEach(instance -> {
                String database = Objects.requireNonNullElse(instance.options().databaseName(), "");
                Keeping keeping = keeping(database, grounds, threads, ids);
                instance.start(
                        new DocumentsRuntime(NODE, keeping.placement, topics, grounds.timers, threads, DEADLINE));
            });
        } catch (RuntimeException failed) {
            close();
            throw failed;
        }
    }

    private void requireDistinctNames() {
        Set<String> names = new HashSet<>();
        for (Rooms rooms : instances) {
            String binding = rooms.options().binding();
            for (String name : binding == null ? List.of(rooms.instance()) : List.of(rooms.instance(), binding)) {
                if (!names.add(name)) {
                    throw new IllegalStateException("two instances of rooms are called " + name);
                }
            }
        }
    }

    private Keeping keeping(String database, Grounds grounds, Executor threads, Supplier<String> ids) {
        return byDatabase.computeIfAbsent(database, name -> {
            Store store = grounds.databases.apply(name);
            return new Keeping(store, new LocalPlacement(store, grounds.timers, threads, ids, grounds.settings));
        });
    }

    /// The instance of a name or binding.
    Optional<Rooms> find(String name) {
        return instances.stream()
                .filter(rooms -> rooms.instance().equals(name)
                        || name.equals(rooms.options().binding()))
                .findFirst();
    }

    List<Rooms> instances() {
        return instances;
    }

    /// Stores and their entities by the database's name, which is empty for the usual store.
    Map<String, Keeping> byDatabase() {
        return Collections.unmodifiableMap(byDatabase);
    }

    /// From here on rooms do what is due.
    void start() {
        byDatabase.values().forEach(keeping -> keeping.placement.start());
    }

    /// Lets every place finish what it has, then closes the stores.
    @Override
    public void close() {
        documents.forEach(Documents::saveAll);
        byDatabase.values().forEach(keeping -> keeping.placement.close());
        instances.forEach(Rooms::stop);
        documents.forEach(Documents::stop);
        byDatabase.values().forEach(keeping -> keeping.store.close());
    }
}
