package dev.stoa.bench;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// All topics by name. Thread-safe.
final class BareTopics {
    private final List<BareLoop> loops;
    private final Map<String, BareTopic> byName = new ConcurrentHashMap<>();

    BareTopics(List<BareLoop> loops) {
        this.loops = List.copyOf(loops);
    }

    BareTopic named(ByteBuf in, int start, int end) {
        String name = in.toString(start, end - start, StandardCharsets.US_ASCII);
        return byName.computeIfAbsent(name, _ -> new BareTopic(loops));
    }
}
