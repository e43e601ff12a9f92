package dev.stoa.protocol.room;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A live connection with the rooms of the instance that it is in.
///
/// @param userId whose it is; absent when nobody is known
public record ConnectionEntry(String connectionId, @Nullable String userId, Instant openedAt, List<Place> rooms) {
    public ConnectionEntry {
        rooms = List.copyOf(rooms);
    }

    /// A room that a connection is in, and as which member.
    public record Place(String room, RoomKind kind, String memberId) {}
}
