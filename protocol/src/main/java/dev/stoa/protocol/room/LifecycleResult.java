package dev.stoa.protocol.room;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Where a room is in its life.
public record LifecycleResult(
        String room,
        RoomKind kind,
        RoomStatus status,
        int activeConnections,
        @Nullable Instant lastActivityAt,
        @Nullable Instant idleSince,
        @Nullable Instant destroyedAt) {}
