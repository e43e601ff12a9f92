package dev.stoa.protocol.room;

import java.util.Map;

/// Exact counts of an instance.
///
/// @param rooms rooms and channels
/// @param members active members
/// @param messages kept messages
/// @param byKind how many of them are rooms, and channels
/// @param byStatus how many are active, idle, destroyed
public record Stats(long rooms, long members, long messages, Map<String, Long> byKind, Map<String, Long> byStatus) {
    public Stats {
        byKind = Map.copyOf(byKind);
        byStatus = Map.copyOf(byStatus);
    }
}
