package dev.stoa.protocol.room;

import dev.stoa.protocol.RawJson;
import java.time.Instant;

/// A snapshot of a room.
///
/// @param snapshotId UUID version 7
/// @param offset the last record of the log that it includes
/// @param state `{metadata, members, document: {updates}}`
public record SnapshotResult(
        String room, RoomKind kind, String snapshotId, Instant createdAt, long offset, RawJson state) {}
