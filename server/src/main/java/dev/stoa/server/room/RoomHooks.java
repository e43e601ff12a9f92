package dev.stoa.server.room;

import dev.stoa.protocol.room.LeaveReason;
import dev.stoa.protocol.room.Member;

/// What an application does when things happen in a room (actors protocol, section 6.3). The hooks of a room run
/// one after the other with its operations, on virtual threads, and may block at the cost of that room only: for
/// as long as the instance's `hookTimeout`, then they are interrupted and count as failed.
///
/// A hook must not wait for its own room, which waits for the hook: use the room's
/// [async][AsyncRoom] operations there. What a failed hook did to the room's state is undone.
public interface RoomHooks {
    /// Hooks that do nothing.
    RoomHooks NONE = new RoomHooks() {};

    /// The room has begun, or come back into memory.
    default void onInit(HookRoom room) throws Exception {}

    /// Somebody is about to join, who was no active member; a coordinator's join asks each time. An exception
    /// refuses: nothing has happened then. A `ProtocolException` is passed on to whoever wanted to join, any
    /// other becomes `PERMISSION_DENIED`.
    default void onJoin(HookRoom room, Member member) throws Exception {}

    /// Somebody has left.
    default void onLeave(HookRoom room, Member member, LeaveReason reason) throws Exception {}

    /// The room is being destroyed. Its members leave afterwards.
    default void onDestroy(HookRoom room) throws Exception {}
}
