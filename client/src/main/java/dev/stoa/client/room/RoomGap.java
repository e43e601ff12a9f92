package dev.stoa.client.room;

import dev.stoa.protocol.room.LogPosition;

/// Records of the room that did not and will not arrive by themselves: what was built from them has to be
/// loaded anew. Immutable.
///
/// If both positions are of one epoch, `room.messages(HistoryOptions.after(gap.after()))` reads what is still
/// kept of them.
///
/// @param after the last record before the gap
/// @param upTo the last record of the gap; what comes later arrives
public record RoomGap(Cause cause, LogPosition after, LogPosition upTo) {
    /// Why records are missing.
    public enum Cause {
        /// The server does not keep what was missed any more, or the room has begun a new life.
        NOT_RECOVERED,
        /// The server dropped records for this connection, because it read too slowly.
        DROPPED
    }
}
