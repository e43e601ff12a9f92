package dev.stoa.protocol.room;

import dev.stoa.protocol.RawJson;

/// How a room's state differs between two points.
///
/// @param from the earlier point
/// @param to the later point
/// @param added top-level metadata keys that only the later one has, with their values
/// @param removed those that only the earlier one has
/// @param changed those that both have, with the later values
/// @param messages how many messages lie between
/// @param updates how many document updates lie between
public record DiffResult(
        String room,
        RoomKind kind,
        long from,
        long to,
        RawJson added,
        RawJson removed,
        RawJson changed,
        long messages,
        long updates) {}
