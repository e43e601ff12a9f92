/// What rooms and channels are told and answer: the values of their operations, the same in Java, over a
/// socket and over HTTP, with the same names.
///
/// All are records; a component marked `@Nullable` may be absent in JSON. [dev.stoa.protocol.room.RoomMessages]
/// has the message types of the rooms protocol.
@NullMarked
package dev.stoa.protocol.room;

import org.jspecify.annotations.NullMarked;
