package dev.stoa.bench;

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

    BareTopic named(byte[] in, int start, int end) {
        String name = new String(in, start, end - start, StandardCharsets.ISO_8859_1);
        BareTopic known = byName.get(name);
        return known != null ? known : byName.computeIfAbsent(name, _ -> new BareTopic(loops));
    }
}
