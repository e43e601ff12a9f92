package dev.stoa.server.room;

import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.RoomKind;
import dev.stoa.protocol.room.RoomOp;
import dev.stoa.protocol.room.RoomPrincipal;
import dev.stoa.server.room.token.RoomToken;
import dev.stoa.server.session.DataKey;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a socket of one room may do there, and as whom. Immutable.
///
/// @param memberId who it is in the room; null to take it from the actor
/// @param clientId the device; null for the session's id
/// @param presence to start with; null for none
/// @param tokenId the token's `jti`; null without a token
/// @param expiresAt when the socket must have shown a new token; null for never
public record SocketAccess(
        RoomKind kind,
        String room,
        RoomPrincipal actor,
        Set<RoomOp> ops,
        @Nullable String memberId,
        @Nullable String clientId,
        @Nullable RawJson presence,
        @Nullable String tokenId,
        @Nullable Instant expiresAt) {
    /// Where a session keeps it.
    public static final DataKey<SocketAccess> KEY = DataKey.of("stoa.room.access", SocketAccess.class);

    public SocketAccess {
        ops = Set.copyOf(ops);
    }

    /// What a genuine token says of a room that it covers.
    public static SocketAccess of(RoomToken token, RoomKind kind, String room) {
        return new SocketAccess(
                kind,
                room,
                token.actor(),
                token.ops(),
                token.memberId(),
                token.clientId(),
                token.presence(),
                token.jti(),
                token.expiresAt());
    }
}
