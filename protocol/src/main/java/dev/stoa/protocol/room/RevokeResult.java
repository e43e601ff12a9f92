package dev.stoa.protocol.room;

import java.time.Instant;

/// What became of revoking.
///
/// @param connections how many live sockets were closed on this node
public record RevokeResult(String room, RoomKind kind, Instant revokedAt, int connections) {}
