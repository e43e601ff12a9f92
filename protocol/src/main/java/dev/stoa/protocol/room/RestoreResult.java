package dev.stoa.protocol.room;

import java.time.Instant;

/// What became of restoring a snapshot.
public record RestoreResult(String room, RoomKind kind, String snapshotId, Instant restoredAt) {}
