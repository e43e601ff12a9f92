/// Rooms and channels as a client sees them: join, publish until it is durable, watch members, and miss nothing
/// when the connection breaks (rooms protocol, sections 3, 4, 6, 7 and 8).
///
/// [dev.stoa.client.room.Room] and [dev.stoa.client.room.Channel] are what applications see, over a socket of
/// their own or many on one socket of a [dev.stoa.client.StoaClient]. Behind each stands an `Attachment`, which
/// joins, joins again after every reconnect, and takes events in; `LogCursor` knows the last record seen and
/// tells new ones from known ones; `Operations` keeps what was asked until it is answered, and asks again;
/// `Roster` is the live list of members. `Rooms` takes the events of a connection to the room they belong to,
/// and `RoomReturn` knows the close codes of a room's own socket.
///
/// The invariant: every record of the room reaches the application at most once and in order, and where one
/// cannot, a [dev.stoa.client.room.RoomGap] stands in its place.
///
/// Start reading at [dev.stoa.client.room.Room].
@NullMarked
package dev.stoa.client.room;

import org.jspecify.annotations.NullMarked;
