package dev.stoa.server.session;

import org.jspecify.annotations.Nullable;

/// What an endpoint lets one connection use.
///
/// @param maxMessageBytes largest inbound message; a larger one closes with 1009
/// @param maxBacklogBytes largest number of bytes waiting for a peer that does not read; beyond it the
///     connection is closed as a slow consumer (1013)
/// @param maxPendingMessages inbound messages waiting for a handler before the socket is no longer read
/// @param heartbeat how liveness is probed; null for not at all
public record EndpointLimits(
        int maxMessageBytes,
        long maxBacklogBytes,
        int maxPendingMessages,
        @Nullable Heartbeat heartbeat) {
    public EndpointLimits {
        if (maxMessageBytes < 1 || maxBacklogBytes < 1 || maxPendingMessages < 1) {
            throw new IllegalArgumentException("limits must be positive: " + maxMessageBytes + " message bytes, "
                    + maxBacklogBytes + " backlog bytes, " + maxPendingMessages + " pending messages");
        }
    }
}
