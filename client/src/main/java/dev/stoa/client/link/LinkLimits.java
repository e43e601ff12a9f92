package dev.stoa.client.link;

import java.time.Duration;

/// The bounds of one connection. Immutable.
///
/// @param maxMessageBytes a longer inbound message ends the connection with 1009
/// @param maxOutboundChars characters waiting for the network beyond which new text is refused
/// @param maxUnhandledMessages inbound messages waiting for the application beyond which reading stops
/// @param pingInterval time between pings; zero for none
/// @param pingTimeout time after a ping by which anything must have arrived
public record LinkLimits(
        int maxMessageBytes,
        int maxOutboundChars,
        int maxUnhandledMessages,
        Duration pingInterval,
        Duration pingTimeout) {
    public LinkLimits {
        positive("maxMessageBytes", maxMessageBytes);
        positive("maxOutboundChars", maxOutboundChars);
        positive("maxUnhandledMessages", maxUnhandledMessages);
        if (pingInterval.isNegative() || pingTimeout.isNegative() || pingTimeout.isZero()) {
            throw new IllegalArgumentException(
                    "ping interval " + pingInterval + " and timeout " + pingTimeout + " must be positive");
        }
    }

    private static void positive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be positive: " + value);
        }
    }
}
