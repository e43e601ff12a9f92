package dev.stoa.protocol.room;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What became of an update.
///
/// @param duplicate whether the clock was known, so that nothing was stored now
public record UpdateResult(
        String room,
        RoomKind kind,
        String updateId,
        Instant appliedAt,
        @Nullable RoomPrincipal actor,
        long offset,
        String epoch,
        boolean duplicate) {}
