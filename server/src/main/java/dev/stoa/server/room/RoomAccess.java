package dev.stoa.server.room;

import dev.stoa.protocol.room.AuthorizeOptions;
import dev.stoa.protocol.room.AuthorizeResult;
import dev.stoa.protocol.room.RevokeOptions;
import dev.stoa.protocol.room.RevokeResult;
import dev.stoa.protocol.room.RoomKind;
import dev.stoa.protocol.room.RoomPrincipal;
import dev.stoa.server.entity.EntityRef;
import dev.stoa.server.room.token.IssuedToken;
import dev.stoa.server.room.token.Revocation;
import dev.stoa.server.room.token.RevocationCommand;
import dev.stoa.server.room.token.Revocations;
import dev.stoa.server.room.token.RoomAddress;
import dev.stoa.server.room.token.RoomAudience;
import dev.stoa.server.room.token.RoomToken;
import dev.stoa.server.room.token.RoomUrl;
import dev.stoa.server.room.token.TokenGrant;
import dev.stoa.server.room.token.TokenIssuer;
import dev.stoa.server.room.token.TokenKeys;
import dev.stoa.server.room.token.TokenVerdict;
import dev.stoa.server.room.token.TokenVerifier;
import dev.stoa.server.session.CloseReason;
import dev.stoa.server.session.Session;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Tokens of an instance: issuing, checking, revoking (rooms protocol, section 6). Thread-safe.
public final class RoomAccess {
    private static final CloseReason REVOKED = new CloseReason(4403, "REVOKED");

    private final RoomsRuntime runtime;
    private final EntityRef revocations;
    private final Listeners listeners;
    private final TokenIssuer issuer;
    private final TokenVerifier verifier;

    RoomAccess(String instance, TokenKeys keys, RoomsRuntime runtime, EntityRef revocations, Listeners listeners) {
        InstantSource clock = () -> Instant.ofEpochMilli(runtime.timers().millis());
        this.runtime = runtime;
        this.revocations = revocations;
        this.listeners = listeners;
        this.issuer = new TokenIssuer(instance, keys, clock, runtime.ids());
        this.verifier = new TokenVerifier(instance, keys, clock);
    }

    AuthorizeResult authorize(
            RoomKind kind, String name, RoomPrincipal actor, AuthorizeOptions options, Checks checks) {
        checks.presence(options.presence());
        RoomAddress room = new RoomAddress(kind, name);
        IssuedToken issued = issuer.issue(TokenGrant.of(RoomAudience.of(room), actor, options));
        return issued.toResult(room, new RoomUrl(runtime.address().get()));
    }

    /// Whether a token is good for a room now, and not revoked.
    ///
    /// @return fails with what the peer is to be told
    public CompletableFuture<RoomToken> check(String token, RoomKind kind, String name) {
        return switch (verifier.verify(token, kind, name)) {
            case TokenVerdict.Refused refused -> CompletableFuture.failedFuture(refused.toException());
            case TokenVerdict.Valid(RoomToken valid) -> checkRevoked(valid, kind, name);
        };
    }

    /// Whether a token that is good was revoked meanwhile.
    ///
    /// @return the token, or a failure that says so
    CompletableFuture<RoomToken> checkRevoked(RoomToken token, RoomKind kind, String name) {
        return revocations
                .ask(new RevocationCommand.Check(token, kind, name), runtime.deadline())
                .thenApply(checked -> {
                    if (checked.refused()) {
                        throw new RevokedException();
                    }
                    return token;
                });
    }

    CompletableFuture<RevokeResult> revoke(RoomKind kind, String name, RevokeOptions options) {
        Instant now = Instant.ofEpochMilli(runtime.timers().millis());
        Revocation revocation = Revocation.of(options, new RoomAddress(kind, name), now);
        return revocations
                .ask(new RevocationCommand.Revoke(revocation), runtime.deadline())
                .thenApply(_ -> new RevokeResult(name, kind, now, close(revocation)));
    }

    /// Closes the sockets that a revocation concerns.
    ///
    /// @return how many there were
    private int close(Revocation revocation) {
        Revocations only = Revocations.NONE.with(revocation);
        Set<Session> concerned = new HashSet<>();
        for (Session session : listeners.ofOneRoom()) {
            SocketAccess access = session.data().get(SocketAccess.KEY);
            if (access != null && concerns(revocation, only, session, access)) {
                concerned.add(session);
            }
        }
        listeners.shared().stream()
                .filter(socket ->
                        concerns(revocation, socket.kind(), socket.room().name(), socket.userId(), socket.memberId()))
                .forEach(socket -> concerned.add(socket.session()));
        concerned.forEach(session -> session.close(REVOKED));
        return concerned.size();
    }

    private static boolean concerns(Revocation revocation, Revocations only, Session session, SocketAccess access) {
        RoomToken token = access.token();
        return token != null && only.refuses(token, access.kind(), access.room())
                || concerns(
                        revocation, access.kind(), access.room(), access.actor().userId(), access.memberIdOf(session));
    }

    private static boolean concerns(
            Revocation revocation, RoomKind kind, String room, @Nullable String userId, String memberId) {
        return switch (revocation) {
            case Revocation.OfToken _ -> false;
            case Revocation.OfUser user -> user.userId().equals(userId);
            case Revocation.OfMember member ->
                member.kind() == kind
                        && member.room().equals(room)
                        && member.memberId().equals(memberId);
        };
    }
}
