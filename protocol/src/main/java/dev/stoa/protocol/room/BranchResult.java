package dev.stoa.protocol.room;

/// What became of branching a room.
///
/// @param branch the new room's name
/// @param offset the point that it branched at
public record BranchResult(String room, RoomKind kind, String branch, long offset, String epoch) {}
