package dev.stoa.server.room;

import java.time.Duration;

/// How a room rests and ends (rooms protocol, section 5).
///
/// @param idleTtl without a connection and an operation for so long, it leaves memory
/// @param destroyTtl how long what was not deleted with it stays readable
/// @param allowRecreate whether writing to a destroyed room begins a new life of it
public record Lifecycle(Duration idleTtl, Duration destroyTtl, boolean allowRecreate) {
    public Lifecycle {
        if (idleTtl.isNegative() || destroyTtl.isNegative()) {
            throw new IllegalArgumentException("lifecycle times must not be negative: " + idleTtl + ", " + destroyTtl);
        }
    }

    public static Lifecycle usual() {
        return new Lifecycle(Duration.ofSeconds(300), Duration.ofSeconds(86_400), false);
    }
}
