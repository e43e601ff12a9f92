package dev.stoa.protocol.room;

/// Which snapshot to restore.
public record RestoreOptions(String snapshotId) {}
