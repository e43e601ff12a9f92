package dev.stoa.protocol.room;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What became of a publish.
///
/// @param messageId UUID version 7
/// @param offset the message's place in the room's log
/// @param epoch the life of that log
/// @param duplicate whether the idempotency key was known, so that nothing was published now
public record PublishResult(
        String room,
        RoomKind kind,
        String messageId,
        Instant publishedAt,
        @Nullable RoomPrincipal actor,
        long offset,
        String epoch,
        boolean duplicate) {}
