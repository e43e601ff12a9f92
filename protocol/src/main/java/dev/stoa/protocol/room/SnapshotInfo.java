package dev.stoa.protocol.room;

import java.time.Instant;

/// A snapshot in a list.
public record SnapshotInfo(String snapshotId, Instant createdAt, long offset) {}
