package dev.stoa.protocol.room;

import java.time.Instant;

/// What became of leaving.
public record LeaveResult(String room, RoomKind kind, String memberId, Instant leftAt) {}
