package dev.stoa.server.room;

import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.RoomKind;
import dev.stoa.protocol.room.RoomOp;
import dev.stoa.protocol.room.RoomPrincipal;
import dev.stoa.server.room.token.RoomToken;
import dev.stoa.server.session.DataKey;
import dev.stoa.server.session.Session;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a socket of one room may do there, and as whom. Immutable.
///
/// @param memberId who it is in the room; null to take it from the actor
/// @param clientId the device; null for the session's id
/// @param presence to start with; null for none
/// @param token the room token that it came with, or was given since; null without one
public record SocketAccess(
        RoomKind kind,
        String room,
        RoomPrincipal actor,
        Set<RoomOp> ops,
        @Nullable String memberId,
        @Nullable String clientId,
        @Nullable RawJson presence,
        @Nullable RoomToken token) {
    /// Where a session keeps it.
    public static final DataKey<SocketAccess> KEY = DataKey.of("stoa.room.access", SocketAccess.class);

    public SocketAccess {
        ops = Set.copyOf(ops);
    }

    /// What a genuine token says of a room that it covers.
    public static SocketAccess of(RoomToken token, RoomKind kind, String room) {
        return new SocketAccess(
                kind, room, token.actor(), token.ops(), token.memberId(), token.clientId(), token.presence(), token);
    }

    /// What may be done without a room token.
    public static SocketAccess of(RoomKind kind, String room, RoomPrincipal actor, Set<RoomOp> ops) {
        return new SocketAccess(kind, room, actor, ops, null, null, null, null);
    }

    /// When the socket must have shown a new token; null for never.
    public @Nullable Instant expiresAt() {
        return token == null ? null : token.expiresAt();
    }

    boolean allows(RoomOp op) {
        return ops.contains(op);
    }

    /// The device: the token's, else the session.
    String clientIdOf(Session session) {
        return clientId != null ? clientId : session.id();
    }

    /// Who the socket is in the room: by the token, else by the actor, else by the device.
    String memberIdOf(Session session) {
        String named = AsyncRoom.memberId(memberId, actor);
        return named != null ? named : clientIdOf(session);
    }

    /// The same access with a new token, if the token is of the same actor and member. A connection stays the
    /// device that it was.
    ///
    /// @return null when it is somebody else's
    @Nullable
    SocketAccess renewedBy(RoomToken renewal, Session session) {
        SocketAccess given = of(renewal, kind, room);
        SocketAccess after = new SocketAccess(
                kind, room, given.actor, given.ops, given.memberId, clientIdOf(session), given.presence, renewal);
        boolean same = actor.kind() == after.actor.kind()
                && Objects.equals(actor.id(), after.actor.id())
                && Objects.equals(actor.userId(), after.actor.userId())
                && Objects.equals(actor.tenantId(), after.actor.tenantId())
                && memberIdOf(session).equals(after.memberIdOf(session));
        return same ? after : null;
    }
}
