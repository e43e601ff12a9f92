package dev.stoa.server;

import dev.stoa.server.delivery.DeliveryCounters;
import dev.stoa.server.limit.ConnectionLimits;
import dev.stoa.server.net.NettyServer;
import dev.stoa.server.session.Sessions;
import dev.stoa.server.topic.Topics;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;

/// The server's figures under their public names.
final class Metrics {
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
