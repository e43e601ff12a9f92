package dev.stoa.server.room;

import dev.stoa.protocol.room.RoomPrincipal;
import dev.stoa.server.entity.EntitySettings;
import dev.stoa.server.entity.LocalPlacement;
import dev.stoa.server.session.Sessions;
import dev.stoa.server.simulation.ForwardingStore;
import dev.stoa.server.store.MemoryStore;
import dev.stoa.server.store.Outcome;
import dev.stoa.server.store.Store;
import dev.stoa.server.store.Write;
import dev.stoa.server.topic.Topics;
import dev.stoa.server.wire.ManualTimers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Rooms without sockets, on a clock that the test moves. What is due runs on virtual threads;
/// [#advance] waits until they are quiet and nothing is being written. Confined to the test's thread.
final class RoomHouse implements AutoCloseable {
    private static final Duration STEP = Duration.ofSeconds(1);
    private static final AtomicLong NUMBERS = new AtomicLong();
    static final RoomPrincipal ADA = RoomPrincipal.user("ada");
    static final RoomPrincipal BEN = RoomPrincipal.user("ben");

    final ManualTimers timers;
    final Store store;
    final LocalPlacement placement;
    final Rooms rooms;
    private final Phaser running = new Phaser(1);
    private final boolean closesStore;

    RoomHouse() {
        this(RoomsOptions.named("main"));
    }

    RoomHouse(RoomsOptions options) {
        this(Rooms.create(options));
    }

    RoomHouse(Rooms rooms) {
        this(rooms, new MemoryStore());
    }

    RoomHouse(Rooms rooms, Store store) {
        this(rooms, store, new ManualTimers(), EntitySettings.usual(), true);
    }

    RoomHouse(Rooms rooms, Store store, ManualTimers timers, EntitySettings settings, boolean closesStore) {
        this.rooms = rooms;
        this.store = new ForwardingStore(store) {
            @Override
            public void write(Write write, Consumer<Outcome> done) {
                running.register();
                super.write(write, outcome -> {
                    done.accept(outcome);
                    running.arriveAndDeregister();
                });
            }
        };
        this.timers = timers;
        this.closesStore = closesStore;
        Executor threads = this::run;
        Supplier<String> ids = ids(timers);
        this.placement = new LocalPlacement(this.store, timers, threads, ids, settings);
        rooms.start(new RoomsRuntime(
                "test",
                placement,
                this.store,
                new Topics(List.of()),
                new Sessions(),
                timers,
                threads,
                ids,
                () -> "ws://localhost:8080/rooms",
                Duration.ofSeconds(30)));
        placement.start();
    }

    /// UUIDs of version 7 that tell of the test's clock.
    private static Supplier<String> ids(ManualTimers timers) {
        return () -> {
            long millis = timers.millis();
            long number = NUMBERS.incrementAndGet();
            return "%08x-%04x-7%03x-8%03x-%012x"
                    .formatted(
                            millis >>> 16, millis & 0xffff, (number >>> 24) & 0xfff, (number >>> 12) & 0xfff, number);
        };
    }

    private void run(Runnable task) {
        running.register();
        Thread.ofVirtual().start(() -> {
            try {
                task.run();
            } finally {
                running.arriveAndDeregister();
            }
        });
    }

    /// A room, for ada.
    Room room(String name) {
        return rooms.room(name).as(ADA);
    }

    /// Waits until nothing runs.
    void settle() {
        running.arriveAndAwaitAdvance();
    }

    /// Lets time pass, a second at a time, and waits for what comes of it.
    void advance(Duration time) {
        Duration left = time;
        settle();
        while (left.isPositive()) {
            Duration step = left.compareTo(STEP) < 0 ? left : STEP;
            timers.advance(step);
            settle();
            left = left.minus(step);
        }
    }

    /// The same store and clock in another process: nothing of the memory is left.
    RoomHouse restarted(Rooms again) {
        placement.close();
        rooms.stop();
        return new RoomHouse(again, store, timers, EntitySettings.usual(), true);
    }

    RoomHouse restarted() {
        return restarted(Rooms.create(rooms.options()).withHooks(rooms.hooks()));
    }

    @Override
    public void close() {
        placement.close();
        if (closesStore) {
            store.close();
        }
    }
}
