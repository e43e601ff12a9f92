package dev.stoa.protocol.room;

import java.time.Instant;

/// What became of destroying a room.
public record DestroyResult(
        String room,
        RoomKind kind,
        Instant destroyedAt,
        boolean deletedHistory,
        boolean deletedSnapshots,
        boolean deletedCrdtUpdates) {}
