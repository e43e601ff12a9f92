package dev.stoa.server.router;

import dev.stoa.server.port.Bus;
import dev.stoa.server.port.Timers;
import dev.stoa.server.session.Session;
import dev.stoa.server.session.Sessions;
import dev.stoa.server.topic.Topics;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What a router needs of the server that runs it.
///
/// @param handlers runs each task on a virtual thread of its own
/// @param ids makes ids for calls that come without one
/// @param bus carries publishes between nodes; null when there is one node
/// @param onRefused told of each session that was refused after opening, so that its peer can be held
///     back
public record RouterRuntime(
        Topics topics,
        Sessions sessions,
        Timers timers,
        Executor handlers,
        Supplier<String> ids,
        @Nullable Bus bus,
        Consumer<Session> onRefused) {}
