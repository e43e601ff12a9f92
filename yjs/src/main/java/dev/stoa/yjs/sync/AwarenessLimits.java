package dev.stoa.yjs.sync;

import java.time.Duration;

/// What presence may cost. Immutable.
///
/// @param entries in one update
/// @param stateBytes of one client's JSON, in UTF-8
/// @param clients with a state at a time
/// @param outdated after how long without news a state is dropped; clients expect 30 seconds
/// @param memory how long the clock of a client that has left is remembered, so that an old message
/// does not revive it
public record AwarenessLimits(int entries, int stateBytes, int clients, Duration outdated, Duration memory) {
    private static final AwarenessLimits DEFAULTS =
            new AwarenessLimits(256, 64 << 10, 2_000, Duration.ofSeconds(30), Duration.ofMinutes(5));

    /// @throws IllegalArgumentException for a figure that makes no sense
    public AwarenessLimits {
        if (entries < 1 || stateBytes < 2 || clients < 1 || !outdated.isPositive() || memory.compareTo(outdated) < 0) {
            throw new IllegalArgumentException("a limit is below its least value");
        }
    }

    /// What suits strangers: 256 entries, 64 KiB, 2,000 clients, 30 seconds, 5 minutes.
    public static AwarenessLimits defaults() {
        return DEFAULTS;
    }
}
