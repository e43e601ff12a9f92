package dev.stoa.server.room.token;

import dev.stoa.protocol.room.AuthorizeResult;

/// A signed token and what it says. Immutable. Its text form does not hold the token.
///
/// @param text the token as it goes to the client; not to be logged
public record IssuedToken(String text, RoomToken token) {
    /// The answer to `authorize`: the token, and where and how to connect with it.
    ///
    /// @param room the room to connect to, one that the token covers
    public AuthorizeResult toResult(RoomAddress room, RoomUrl url) {
        return new AuthorizeResult(
                room.name(),
                room.kind(),
                text,
                token.expiresAt(),
                url.of(room),
                RoomUrl.protocols(text),
                token.actor(),
                token.memberId(),
                token.clientId(),
                token.presence());
    }

    @Override
    public String toString() {
        return "IssuedToken[" + token + "]";
    }
}
