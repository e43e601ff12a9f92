package dev.stoa.server.simulation;

/// How often things go wrong: once in so many times; 0 for never.
///
/// @param failedWrite a write is not done
/// @param forgottenWrite a write is done, and its outcome is told as a failure
/// @param failedRead a read fails
/// @param spoiledCheckpoint an opened entity's newest checkpoint is damaged, while there is another
public record Faults(int failedWrite, int forgottenWrite, int failedRead, int spoiledCheckpoint) {
    public static final Faults NONE = new Faults(0, 0, 0, 0);
}
