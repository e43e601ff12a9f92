package dev.stoa.protocol.room;

/// A place in a room's log.
///
/// @param epoch the life of the log
/// @param offset the last record known; 0 for none
public record LogPosition(String epoch, long offset) {}
