/// Tokens for rooms: who may do what in which room, signed, so that a browser can connect with nothing
/// but a token (rooms tokens protocol, `docs/protocols/rooms-tokens.md`).
///
/// A [dev.stoa.server.room.token.TokenIssuer] turns a [dev.stoa.server.room.token.TokenGrant] into a
/// signed token; a [dev.stoa.server.room.token.TokenVerifier] turns a token, made here or by a backend in
/// any language, into a [dev.stoa.server.room.token.RoomToken] or a refusal. Both ask the same
/// [dev.stoa.server.room.token.TokenKeys], which change while the server runs. What was revoked is in
/// [dev.stoa.server.room.token.Revocations], a value that [dev.stoa.server.room.token.RevocationsEntity]
/// keeps.
/// [dev.stoa.server.room.token.RoomUrl] says where to connect.
///
/// Nothing here holds sockets or logs anything.
///
/// The invariant: a `RoomToken` that a verifier gave out was signed by one of the instance's keys, with
/// that key's algorithm, and is good now. No text form, error or exception here holds a token or a key.
///
/// Start reading at [dev.stoa.server.room.token.TokenVerifier].
@NullMarked
package dev.stoa.server.room.token;

import org.jspecify.annotations.NullMarked;
