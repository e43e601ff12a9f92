package dev.stoa.server.net;

import java.time.Duration;

/// What the network layer allows before an endpoint's own limits apply.
///
/// @param maxHeadBytes largest HTTP request head; beyond it 431
/// @param handshakeTimeout from the TCP connection to the 101, authentication included; beyond it the
///     socket is closed
/// @param maxPendingHandshakes handshakes being decided at once; beyond it 503
public record NetLimits(int maxHeadBytes, Duration handshakeTimeout, int maxPendingHandshakes) {
    public static NetLimits usual() {
        return new NetLimits(16 * 1024, Duration.ofSeconds(10), 4096);
    }

    public NetLimits {
        if (maxHeadBytes < 256 || !handshakeTimeout.isPositive() || maxPendingHandshakes < 1) {
            throw new IllegalArgumentException("net limits out of range: " + maxHeadBytes + " head bytes, "
                    + handshakeTimeout + ", " + maxPendingHandshakes + " pending handshakes");
        }
    }
}
