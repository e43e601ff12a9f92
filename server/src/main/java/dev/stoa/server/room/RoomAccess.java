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
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;

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
            case TokenVerdict.Valid(RoomToken valid) ->
                revocations
                        .ask(new RevocationCommand.Check(valid, kind, name), runtime.deadline())
                        .thenApply(checked -> {
                            if (checked.refused()) {
                                throw new RevokedException();
                            }
                            return valid;
                        });
        };
    }

    CompletableFuture<RevokeResult> revoke(RoomKind kind, String name, RevokeOptions options) {
        Instant now = Instant.ofEpochMilli(runtime.timers().millis());
        Revocation revocation = Revocation.of(options, new RoomAddress(kind, name), now);
        return revocations
                .ask(new RevocationCommand.Revoke(revocation), runtime.deadline())
                .thenApply(_ -> {
                    int closed = listeners.closeAll(socket -> concerns(revocation, socket), REVOKED);
                    return new RevokeResult(name, kind, now, closed);
                });
    }

    private static boolean concerns(Revocation revocation, Listeners.Attachment socket) {
        return switch (revocation) {
            case Revocation.OfToken token -> token.jti().equals(socket.tokenId());
            case Revocation.OfUser user -> user.userId().equals(socket.userId());
            case Revocation.OfMember member ->
                member.kind() == socket.kind()
                        && member.room().equals(socket.room().name())
                        && member.memberId().equals(socket.memberId());
        };
    }
}
