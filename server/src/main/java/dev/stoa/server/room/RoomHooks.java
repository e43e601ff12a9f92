package dev.stoa.server.room;

import dev.stoa.protocol.room.LeaveReason;
import dev.stoa.protocol.room.Member;

/// What an application does when things happen in a room (actors protocol, section 6.3). Hooks run on the room's
/// own thread, one after the other with its operations, and may block at the cost of that room only.
public interface RoomHooks {
    /// The room has come into memory.
    default void onInit(HookRoom room) throws Exception {}

    /// Somebody is about to join. An exception refuses: nothing has happened then. A `ProtocolException` is
    /// passed on to whoever wanted to join, any other becomes `PERMISSION_DENIED`.
    default void onJoin(HookRoom room, Member member) throws Exception {}

    /// Somebody has left.
    default void onLeave(HookRoom room, Member member, LeaveReason reason) throws Exception {}

    /// The room is being destroyed.
    default void onDestroy(HookRoom room) throws Exception {}
}
