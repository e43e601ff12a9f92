package dev.stoa.server.http;

import java.time.Duration;

/// How answers are run that do not end by themselves. Immutable.
///
/// @param max how many there are at once, long polls included
/// @param heartbeat after so long without an event a comment is sent
/// @param patience how long a peer may take to read what it was sent; then it is cut off
public record StreamSettings(int max, Duration heartbeat, Duration patience) {
    public StreamSettings {
        if (max < 1 || !heartbeat.isPositive() || !patience.isPositive()) {
            throw new IllegalArgumentException(
                    "there must be at least 1 stream, and times above 0: " + max + ", " + heartbeat + ", " + patience);
        }
    }

    /// 1000 streams, a comment after 15 seconds, 30 seconds of patience.
    public static StreamSettings usual() {
        return new StreamSettings(1000, Duration.ofSeconds(15), Duration.ofSeconds(30));
    }

    public StreamSettings withMax(int streams) {
        return new StreamSettings(streams, heartbeat, patience);
    }
}
