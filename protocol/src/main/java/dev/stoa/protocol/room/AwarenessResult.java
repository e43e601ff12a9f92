package dev.stoa.protocol.room;

import dev.stoa.protocol.RawJson;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A device's awareness as it is now; `state` is `null` once removed.
public record AwarenessResult(
        String room,
        RoomKind kind,
        String clientId,
        Instant updatedAt,
        RawJson state,
        @Nullable RoomPrincipal actor) {}
