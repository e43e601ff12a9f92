package dev.stoa.client.room;

import dev.stoa.protocol.room.Member;
import java.util.List;
import java.util.Optional;

/// A room's active members as the client knows them, kept true while it is in the room.
///
/// While the connection is lost it stands still; after the reconnect it is brought up to date, and `onMember`
/// and `onPresence` are told the difference. Thread-safe; always the latest.
public interface MembersView {
    /// All of them, by `joinedAt`, then `memberId`: a copy, sorted at each call.
    List<Member> list();

    Optional<Member> find(String memberId);

    int size();

    /// Whether no member is missing: false while a large room's members are still being read, and in rooms
    /// with more members than [RoomOptions#membersLimit].
    boolean isComplete();
}
