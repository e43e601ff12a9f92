/// Rooms and channels: members, presence that does not lie, shared metadata, messages with history and
/// recovery, snapshots, time travel, and logs of JSON updates (rooms protocol, sections 1 to 8).
///
/// A [Rooms] is one instance, with its options, hooks and tokens; it gives [Room]s and [Channel]s, which are
/// handles on entities. [RoomEntity] is what happens inside one; live sockets attach to it, and [Listeners]
/// brings them what it says. [RoomRoutes] are the same operations as typed messages.
///
/// The one invariant: what a socket is told of the log comes in offset order, without a hole, from the position
/// it was told when it joined. Start reading at [Rooms] and [RoomEntity].
@NullMarked
package dev.stoa.server.room;

import org.jspecify.annotations.NullMarked;
