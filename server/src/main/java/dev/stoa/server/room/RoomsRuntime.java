package dev.stoa.server.room;

import dev.stoa.server.entity.Placement;
import dev.stoa.server.port.Timers;
import dev.stoa.server.session.Sessions;
import dev.stoa.server.store.Store;
import dev.stoa.server.topic.Topics;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/// What an instance needs of the server that runs it.
///
/// @param node this node's name
/// @param topics fan-out of rooms, apart from the application's topics
/// @param threads runs each task on a virtual thread of its own
/// @param ids makes UUIDs version 7
/// @param address where sockets reach the instance, like `ws://localhost:8080/rooms`
/// @param deadline how long an operation may take
public record RoomsRuntime(
        String node,
        Placement placement,
        Store store,
        Topics topics,
        Sessions sessions,
        Timers timers,
        Executor threads,
        Supplier<String> ids,
        Supplier<String> address,
        Duration deadline) {}
