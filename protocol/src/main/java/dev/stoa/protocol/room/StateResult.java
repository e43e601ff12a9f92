package dev.stoa.protocol.room;

import dev.stoa.protocol.RawJson;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A room's state at a point of its log: what a replay up to there gives.
///
/// @param offset the point
/// @param at the time of the record there; absent at offset 0
/// @param metadata the metadata then
/// @param updates how many document updates there were
public record StateResult(
        String room,
        RoomKind kind,
        String epoch,
        long offset,
        @Nullable Instant at,
        RawJson metadata,
        long updates) {}
