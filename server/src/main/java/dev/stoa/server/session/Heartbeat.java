package dev.stoa.server.session;

import java.time.Duration;

/// How a connection is probed (router protocol, section 6): every `interval` a ping; if nothing at all
/// arrives within `timeout` of it, the connection is closed with 4000 `HEARTBEAT_TIMEOUT`.
public record Heartbeat(Duration interval, Duration timeout) {
    public static final CloseReason STALE = new CloseReason(4000, "HEARTBEAT_TIMEOUT");

    /// Every 30 seconds, with 5 seconds to answer.
    public static Heartbeat usual() {
        return new Heartbeat(Duration.ofSeconds(30), Duration.ofSeconds(5));
    }

    public Heartbeat {
        if (!interval.isPositive() || !timeout.isPositive()) {
            throw new IllegalArgumentException(
                    "heartbeat interval and timeout must be positive: " + interval + ", " + timeout);
        }
    }
}
