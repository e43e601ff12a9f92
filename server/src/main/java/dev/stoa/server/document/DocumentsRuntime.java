package dev.stoa.server.document;

import dev.stoa.server.entity.Placement;
import dev.stoa.server.port.Timers;
import dev.stoa.server.topic.Topics;
import java.time.Duration;
import java.util.concurrent.Executor;

/// What an instance needs of the server that runs it.
///
/// @param node this node's name
/// @param topics fan-out of documents, apart from the application's topics
/// @param threads runs each task on a virtual thread of its own
/// @param deadline how long an operation may take
public record DocumentsRuntime(
        String node, Placement placement, Topics topics, Timers timers, Executor threads, Duration deadline) {}
