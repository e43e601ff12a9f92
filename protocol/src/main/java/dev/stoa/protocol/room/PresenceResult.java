package dev.stoa.protocol.room;

import dev.stoa.protocol.RawJson;
import java.time.Instant;

/// The presence as it is now.
public record PresenceResult(String room, RoomKind kind, String memberId, Instant updatedAt, RawJson presence) {}
