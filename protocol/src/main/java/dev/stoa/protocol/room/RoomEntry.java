package dev.stoa.protocol.room;

/// A room in a list.
public record RoomEntry(String room, RoomKind kind, RoomStatus status, long offset, long members, long messages) {}
