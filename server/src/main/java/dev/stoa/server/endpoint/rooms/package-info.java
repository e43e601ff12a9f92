/// Rooms on sockets of their own: `/rooms/{kind}/{name}`, with a token (rooms protocol, sections 6 and 7).
///
/// [dev.stoa.server.endpoint.rooms.RoomsEndpoint] decides who comes in and as whom;
/// [dev.stoa.server.endpoint.rooms.RoomConversation] brings the socket into its room, when the peer asks or of
/// itself, and hands everything else to the routes.
@NullMarked
package dev.stoa.server.endpoint.rooms;

import org.jspecify.annotations.NullMarked;
