package dev.stoa.server;

import dev.stoa.server.session.Endpoint;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which endpoint is at a path: one put exactly there, else the one whose `/*` fits closest. Immutable.
final class Paths {
    private static final String BELOW = "/*";

    private final Map<String, Endpoint> all;
    private final Map<String, Endpoint> exact = new LinkedHashMap<>();
    private final List<Prefix> prefixes;

    private record Prefix(String start, Endpoint endpoint) {}

    Paths(Map<String, Endpoint> endpoints) {
        this.all = Map.copyOf(endpoints);
        endpoints.forEach((path, endpoint) -> {
            if (!path.endsWith(BELOW)) {
                exact.put(path, endpoint);
            }
        });
        this.prefixes = endpoints.entrySet().stream()
                .filter(entry -> entry.getKey().endsWith(BELOW))
                .map(entry ->
                        new Prefix(entry.getKey().substring(0, entry.getKey().length() - 1), entry.getValue()))
                .sorted(Comparator.comparingInt((Prefix prefix) -> -prefix.start.length()))
                .toList();
    }

    @Nullable
    Endpoint at(String path) {
        Endpoint known = exact.get(path);
        if (known != null) {
            return known;
        }
        for (Prefix prefix : prefixes) {
            if (path.startsWith(prefix.start)) {
                return prefix.endpoint;
            }
        }
        return null;
    }

    Collection<Endpoint> all() {
        return all.values();
    }

    @Override
    public String toString() {
        return all.keySet().toString();
    }
}
