package dev.stoa.server;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.stoa.server.delivery.DeliveryLoop;
import dev.stoa.server.entity.EntitySettings;
import dev.stoa.server.entity.LocalPlacement;
import dev.stoa.server.entity.Placement;
import dev.stoa.server.port.Timers;
import dev.stoa.server.room.Rooms;
import dev.stoa.server.room.RoomsRuntime;
import dev.stoa.server.session.Sessions;
import dev.stoa.server.store.Store;
import dev.stoa.server.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/// The durable side of a server: a store, the entities in it, and the instances of rooms that are among them.
/// Thread-safe.
final class RunningRooms implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final String NODE = "local";

    private final Store store;
    private final Placement placement;
    private final Map<String, Rooms> byPath;

    /// @param byPath instances by their endpoints' paths
    /// @param address where sockets reach the server, like `ws://localhost:8080`
    RunningRooms(
            Store store,
            Map<String, Rooms> byPath,
            EntitySettings settings,
            List<DeliveryLoop> loops,
            Sessions sessions,
            Timers timers,
            Supplier<String> address) {
        Executor threads = task -> Thread.ofVirtual().name("stoa-entity").start(task);
        Supplier<String> ids = () -> UuidCreator.getTimeOrderedEpoch().toString();
        this.store = store;
        this.byPath = Map.copyOf(byPath);
        this.placement = new LocalPlacement(store, timers, threads, ids, settings);
        Topics topics = new Topics(loops);
        byPath.forEach((path, rooms) -> rooms.start(new RoomsRuntime(
                NODE, placement, store, topics, sessions, timers, threads, ids, () -> address.get() + path, DEADLINE)));
    }

    /// From here on rooms do what is due.
    void start() {
        placement.start();
    }

    /// Lets every room finish what it has, then closes the store.
    @Override
    public void close() {
        placement.close();
        byPath.values().forEach(Rooms::stop);
        store.close();
    }
}
