package dev.stoa.server.room.token;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.AuthorizeOptions;
import dev.stoa.protocol.room.RoomOp;
import dev.stoa.protocol.room.RoomPrincipal;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a token to be issued shall say. Immutable.
///
/// @param actor who will act with it, already resolved
/// @param ttl 1 to 86,400 seconds
/// @param ops at least one
/// @param presence a JSON object
public record TokenGrant(
        RoomAudience audience,
        RoomPrincipal actor,
        Duration ttl,
        Set<RoomOp> ops,
        @Nullable String memberId,
        @Nullable String clientId,
        @Nullable RawJson presence) {
    /// How long a token is good when nobody says.
    public static final Duration USUAL_TTL = Duration.ofSeconds(300);

    /// @throws ProtocolException `INVALID_ARGUMENT`, naming what is wrong
    public TokenGrant {
        if (ttl.compareTo(Duration.ofSeconds(1)) < 0) {
            throw refused("ttlSeconds of " + seconds(ttl) + " is less than 1");
        }
        if (ttl.compareTo(RoomToken.MAX_TTL) > 0) {
            throw refused("ttlSeconds of " + seconds(ttl) + " exceeds " + seconds(RoomToken.MAX_TTL));
        }
        if (ops.isEmpty()) {
            throw refused("ops is empty: the token would allow nothing");
        }
        if (presence != null && !presence.isObject()) {
            throw refused("presence must be a JSON object");
        }
        checkId("memberId", memberId);
        checkId("clientId", clientId);
        checkId("actor.userId", actor.userId());
        checkId("actor.id", actor.id());
        ops = Set.copyOf(ops);
    }

    /// A grant with the usual ttl and operations.
    public static TokenGrant of(RoomAudience audience, RoomPrincipal actor) {
        return new TokenGrant(audience, actor, USUAL_TTL, RoomToken.USUAL_OPS, null, null, null);
    }

    /// What `options` ask for.
    ///
    /// @param actor who will act; counts instead of the actor in `options`, which only a trusted caller
    ///     may choose
    /// @throws ProtocolException `INVALID_ARGUMENT`, naming what is wrong
    public static TokenGrant of(RoomAudience audience, RoomPrincipal actor, AuthorizeOptions options) {
        Integer ttlSeconds = options.ttlSeconds();
        Set<RoomOp> ops = RoomToken.USUAL_OPS;
        if (options.ops() != null) {
            ops = EnumSet.noneOf(RoomOp.class);
            ops.addAll(options.ops());
        }
        return new TokenGrant(
                audience,
                actor,
                ttlSeconds == null ? USUAL_TTL : Duration.ofSeconds(ttlSeconds),
                ops,
                options.memberId(),
                options.clientId(),
                options.presence());
    }

    public TokenGrant withTtl(Duration life) {
        return new TokenGrant(audience, actor, life, ops, memberId, clientId, presence);
    }

    public TokenGrant allowing(RoomOp... operations) {
        return new TokenGrant(audience, actor, ttl, Set.of(operations), memberId, clientId, presence);
    }

    /// Who the token is issued to: the user, else the actor's id, else the member, else the client.
    String subject() {
        String subject = actor.userId() != null ? actor.userId() : actor.id();
        subject = subject != null ? subject : memberId;
        subject = subject != null ? subject : clientId;
        return subject != null ? subject : "anonymous";
    }

    private static void checkId(String what, @Nullable String id) {
        if (id == null) {
            return;
        }
        if (id.isEmpty()) {
            throw refused(what + " is empty");
        }
        if (id.length() > RoomToken.MAX_ID) {
            throw refused(what + " of " + id.length() + " characters exceeds " + RoomToken.MAX_ID);
        }
    }

    private static String seconds(Duration time) {
        return time.toNanosPart() == 0 ? Long.toString(time.toSeconds()) : Double.toString(time.toMillis() / 1000.0);
    }

    private static ProtocolException refused(String message) {
        return ProtocolException.ofPeer(ErrorCode.INVALID_ARGUMENT, message, Map.of());
    }
}
