package dev.stoa.server.room;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where an instance's rooms would rather live. On one node there is no choice, and a log line says so.
public record PlacementHints(
        List<String> preferredNodes, @Nullable String region) {
    public PlacementHints {
        preferredNodes = List.copyOf(preferredNodes);
    }

    public static PlacementHints none() {
        return new PlacementHints(List.of(), null);
    }

    boolean isEmpty() {
        return preferredNodes.isEmpty() && region == null;
    }
}
