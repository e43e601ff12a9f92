package dev.stoa.protocol.room;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A page of a room's active members, by `joinedAt`, then `memberId`.
///
/// @param count how many active members there are in all
/// @param cursor for the next page; absent after the last
public record MembersResult(
        String room,
        RoomKind kind,
        List<Member> members,
        int count,
        @Nullable String cursor) {
    public MembersResult {
        members = List.copyOf(members);
    }
}
