package dev.stoa.server;

import dev.stoa.server.delivery.DeliveryCounters;
import dev.stoa.server.entity.EntityCounters;
import dev.stoa.server.entity.LocalPlacement;
import dev.stoa.server.limit.ConnectionLimits;
import dev.stoa.server.net.NettyServer;
import dev.stoa.server.room.Rooms;
import dev.stoa.server.session.Sessions;
import dev.stoa.server.store.Store;
import dev.stoa.server.topic.Topics;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// The server's figures under their public names.
final class Metrics {
    private static final String DATABASE = "database";

    private Metrics() {}

    static void bind(
            MeterRegistry registry, NettyServer net, Sessions sessions, Topics topics, ConnectionLimits connections) {
        Gauge.builder("stoa.connections", connections, ConnectionLimits::total)
                .description("Open TCP connections")
                .register(registry);
        Gauge.builder("stoa.sessions", sessions, Sessions::count)
                .description("Open sessions")
                .register(registry);
        Gauge.builder("stoa.topics", topics, Topics::count)
                .description("Topics with listeners")
                .register(registry);
        counter(registry, net, "stoa.messages.in", "Messages received", DeliveryCounters::messagesIn);
        counter(registry, net, "stoa.bytes.in", "Bytes of messages received", DeliveryCounters::bytesIn);
        counter(
                registry,
                net,
                "stoa.messages.out",
                "Messages sent, one for each recipient",
                DeliveryCounters::framesOut);
        counter(registry, net, "stoa.bytes.out", "Bytes of messages sent", DeliveryCounters::bytesOut);
        counter(
                registry,
                net,
                "stoa.slow.consumers",
                "Peers closed because they did not read",
                DeliveryCounters::slowConsumers);
        counter(
                registry,
                net,
                "stoa.frames.dropped",
                "Frames for sockets that were closing",
                DeliveryCounters::framesDropped);
    }

    /// The figures of instances of rooms that want them shown. Each reading asks the store, which knows the sums.
    static void bind(MeterRegistry registry, List<Rooms> instances) {
        for (Rooms rooms : instances) {
            if (!rooms.options().observability().metrics()) {
                continue;
            }
            gauge(
                    registry,
                    rooms,
                    "stoa.rooms",
                    "Rooms and channels",
                    it -> it.stats().rooms());
            gauge(
                    registry,
                    rooms,
                    "stoa.rooms.members",
                    "Active members",
                    it -> it.stats().members());
            gauge(
                    registry,
                    rooms,
                    "stoa.rooms.messages",
                    "Messages kept",
                    it -> it.stats().messages());
            gauge(registry, rooms, "stoa.rooms.connections", "Sockets attached to rooms", Rooms::connections);
        }
    }

    /// The figures of what is kept in one database, whose name is empty for the usual store.
    static void bind(MeterRegistry registry, String database, RunningEntities.Keeping keeping) {
        gauge(
                registry,
                database,
                keeping.store(),
                "stoa.store.bytes.waiting",
                "Bytes of writes that wait to be committed",
                Store::waitingBytes);
        LocalPlacement entities = keeping.placement();
        gauge(registry, database, entities, "stoa.entities", "Entities in memory", LocalPlacement::active);
        EntityCounters done = entities.counters();
        gauge(
                registry,
                database,
                done,
                "stoa.entities.commands.waiting",
                "Commands in mailboxes",
                EntityCounters::waiting);
        Counting counting = new Counting(registry, database, done);
        counting.of("stoa.entities.commands", "Commands that mailboxes took", EntityCounters::commands);
        counting.of(
                "stoa.entities.commands.refused",
                "Commands refused because a mailbox was full, or memory",
                EntityCounters::refused);
        counting.of("stoa.entities.loads", "Entities read from the store", EntityCounters::loads);
        counting.of(
                "stoa.entities.loads.failed",
                "Attempts to read an entity that did not succeed",
                EntityCounters::failedLoads);
        counting.of(
                "stoa.entities.hibernations",
                "Entities that left memory because nobody asked them",
                EntityCounters::hibernations);
        counting.of("stoa.entities.writes", "Writes handed to the store", EntityCounters::writes);
        counting.of("stoa.entities.writes.failed", "Writes that the store could not do", EntityCounters::failedWrites);
        counting.of(
                "stoa.entities.writes.fenced",
                "Writes refused because another owner had taken over, or the one before had failed",
                EntityCounters::fencedWrites);
        counting.of(
                "stoa.entities.turns.failed",
                "Commands at which an entity failed, other than by refusing",
                EntityCounters::failedTurns);
    }

    /// Registers what the entities of one database have done.
    private record Counting(MeterRegistry registry, String database, EntityCounters done) {
        void of(String name, String description, ToDoubleFunction<EntityCounters> figure) {
            FunctionCounter.builder(name, done, figure)
                    .tag(DATABASE, database)
                    .description(description)
                    .register(registry);
        }
    }

    private static <T> void gauge(
            MeterRegistry registry,
            String database,
            T source,
            String name,
            String description,
            ToDoubleFunction<T> figure) {
        Gauge.builder(name, source, figure)
                .tag(DATABASE, database)
                .description(description)
                .register(registry);
    }

    private static void gauge(
            MeterRegistry registry, Rooms rooms, String name, String description, ToDoubleFunction<Rooms> figure) {
        Gauge.builder(name, rooms, figure)
                .tag("instance", rooms.instance())
                .description(description)
                .register(registry);
    }

    private static void counter(
            MeterRegistry registry,
            NettyServer net,
            String name,
            String description,
            ToDoubleFunction<DeliveryCounters> figure) {
        FunctionCounter.builder(
                        name,
                        net,
                        server -> server.loops().stream()
                                .mapToDouble(loop -> figure.applyAsDouble(loop.counters()))
                                .sum())
                .description(description)
                .register(registry);
    }
}
