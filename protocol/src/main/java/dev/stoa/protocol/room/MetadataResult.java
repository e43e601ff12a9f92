package dev.stoa.protocol.room;

import dev.stoa.protocol.RawJson;
import java.time.Instant;

/// The room's metadata as it is now.
///
/// @param updatedAt of the last change; when there has been none, the room's beginning, and now for a room of
///     which nothing is kept
public record MetadataResult(String room, RoomKind kind, RawJson metadata, Instant updatedAt) {}
