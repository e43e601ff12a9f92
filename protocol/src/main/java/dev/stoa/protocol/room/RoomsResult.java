package dev.stoa.protocol.room;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A page of an instance's rooms, by name.
public record RoomsResult(List<RoomEntry> rooms, @Nullable String cursor) {
    public RoomsResult {
        rooms = List.copyOf(rooms);
    }
}
