package dev.stoa.client.room;

/// Where a client stands with a room.
public enum RoomState {
    /// Not asked to join yet.
    NEW,
    /// Joining for the first time.
    JOINING,
    /// In the room: what happens there arrives.
    JOINED,
    /// The connection is lost; when it is back, the client joins again and gets what it missed.
    RECOVERING,
    /// Left; may join again.
    LEFT,
    /// Over for good; the room tells why.
    ENDED
}
