package dev.stoa.protocol.room;

import dev.stoa.protocol.RawJson;
import java.time.Instant;

/// The room's metadata as it is now.
public record MetadataResult(String room, RoomKind kind, RawJson metadata, Instant updatedAt) {}
