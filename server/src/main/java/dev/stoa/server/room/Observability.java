package dev.stoa.server.room;

/// What an instance lets be seen of it.
///
/// @param metrics whether its counts are among the server's metrics
/// @param traces whether its operations are told to its [RoomObserver]
/// @param logs whether the destruction, new life and end of a room are logged
/// @param sampleRatio which share of operations is traced, from 0 to 1
public record Observability(boolean metrics, boolean traces, boolean logs, double sampleRatio) {
    public Observability {
        if (!(sampleRatio >= 0 && sampleRatio <= 1)) {
            throw new IllegalArgumentException("observability.sampleRatio is 0 to 1, not " + sampleRatio);
        }
    }

    public static Observability usual() {
        return new Observability(true, false, true, 1);
    }

    /// With a share of operations told to the instance's [RoomObserver].
    public Observability withTraces(double ratio) {
        return new Observability(metrics, true, logs, ratio);
    }
}
