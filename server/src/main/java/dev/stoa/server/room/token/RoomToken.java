package dev.stoa.server.room.token;

import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.PrincipalKind;
import dev.stoa.protocol.room.RoomKind;
import dev.stoa.protocol.room.RoomOp;
import dev.stoa.protocol.room.RoomPrincipal;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a token says, signed or verified: who may do what in which rooms, and until when. Immutable.
///
/// Its text form leaves out who it is for and what it carries, so that a log line may name it.
///
/// @param issuer the instance that it is for
/// @param subject who it was issued to, as the issuer writes it
/// @param expiresAt it is accepted until [#CLOCK_SKEW] later
/// @param issuedAt after verification never later than that verification
/// @param jti the token's own id
/// @param memberId who its connections are in the room, unless the rule of [#member] applies
/// @param presence a JSON object, the presence to start with
/// @param actor who acts
public record RoomToken(
        String issuer,
        RoomAudience audience,
        String subject,
        Instant expiresAt,
        Instant issuedAt,
        String jti,
        Set<RoomOp> ops,
        @Nullable String memberId,
        @Nullable String clientId,
        @Nullable RawJson presence,
        RoomPrincipal actor) {
    /// How far clocks of issuer and server may be apart.
    public static final Duration CLOCK_SKEW = Duration.ofSeconds(30);

    /// The longest life of a token. Longer ones are refused, so that a revocation may be forgotten.
    public static final Duration MAX_TTL = Duration.ofSeconds(86_400);

    /// The longest token, in bytes of its signed form.
    public static final int MAX_BYTES = 8192;

    /// The longest id in a token: `sub`, `jti`, member, client and user ids, in UTF-16 units.
    public static final int MAX_ID = 256;

    /// What a token allows when nobody says: everything but [RoomOp#ADMIN].
    public static final Set<RoomOp> USUAL_OPS =
            Collections.unmodifiableSet(EnumSet.complementOf(EnumSet.of(RoomOp.ADMIN)));

    public RoomToken {
        ops = Set.copyOf(ops);
    }

    public boolean allows(RoomOp op) {
        return ops.contains(op);
    }

    public boolean covers(RoomKind kind, String name) {
        return audience.covers(kind, name);
    }

    /// Whether a revocation of that user concerns the token: the actor's user id or, unless the actor is
    /// anonymous, the subject.
    public boolean isOf(String userId) {
        return userId.equals(actor.userId()) || actor.kind() == PrincipalKind.USER && userId.equals(subject);
    }

    /// Who its connections are in a room: the token's member id, else the actor's user id, else the actor's
    /// id, else the client id; empty when it has none of them.
    public Optional<String> member() {
        return Optional.ofNullable(memberId)
                .or(() -> Optional.ofNullable(actor.userId()))
                .or(() -> Optional.ofNullable(actor.id()))
                .or(() -> Optional.ofNullable(clientId));
    }

    /// The same token, issued at `now` at the latest: an issuer's clock that is fast must not carry a token
    /// past a revocation.
    RoomToken seenAt(Instant now) {
        Instant known = issuedAt.isAfter(now) ? now : issuedAt;
        return new RoomToken(
                issuer, audience, subject, expiresAt, known, jti, ops, memberId, clientId, presence, actor);
    }

    @Override
    public String toString() {
        return "RoomToken[" + jti + ", expires " + expiresAt + "]";
    }
}
