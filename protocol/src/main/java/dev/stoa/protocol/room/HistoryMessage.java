package dev.stoa.protocol.room;

import dev.stoa.protocol.RawJson;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A message as it is kept.
public record HistoryMessage(
        String messageId,
        String room,
        RoomKind kind,
        String type,
        @Nullable RawJson data,
        RawJson metadata,
        @Nullable RoomPrincipal actor,
        Instant publishedAt,
        long offset,
        String epoch) {}
