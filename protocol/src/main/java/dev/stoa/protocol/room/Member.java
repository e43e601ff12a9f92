package dev.stoa.protocol.room;

import dev.stoa.protocol.RawJson;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A member of a room.
///
/// @param leftAt when it left; absent while it is active
/// @param metadata a JSON object
/// @param presence a JSON object, the latest live state
public record Member(
        String memberId,
        String room,
        RoomKind kind,
        Instant joinedAt,
        Instant lastSeenAt,
        @Nullable Instant leftAt,
        @Nullable RoomPrincipal actor,
        RawJson metadata,
        RawJson presence) {}
