package dev.stoa.protocol.room;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A page of a room's history.
///
/// @param items newest first, or oldest first when read after a position
/// @param cursor for the next page; absent when there is none
/// @param epoch the life of the log
/// @param offset the newest record of the log
/// @param gap whether messages between the position asked for and the first item are gone
public record HistoryResult(
        String room,
        RoomKind kind,
        List<HistoryMessage> items,
        @Nullable String cursor,
        String epoch,
        long offset,
        boolean gap) {
    public HistoryResult {
        items = List.copyOf(items);
    }
}
