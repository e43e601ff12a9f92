package dev.stoa.server.room.token;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.function.Supplier;

/// Signs tokens for the rooms of one instance. Thread-safe if its sources of time and ids are.
public final class TokenIssuer {
    private final String instance;
    private final TokenKeys keys;
    private final InstantSource clock;
    private final Supplier<String> ids;

    /// @param instance becomes the claim `iss`
    /// @param ids gives each token its `jti`, a UUID v7
    public TokenIssuer(String instance, TokenKeys keys, InstantSource clock, Supplier<String> ids) {
        this.instance = instance;
        this.keys = keys;
        this.clock = clock;
        this.ids = ids;
    }

    /// @throws ProtocolException `INVALID_ARGUMENT` when the token would be longer than
    ///     [RoomToken#MAX_BYTES], `FAILED_PRECONDITION` when no key signs
    public IssuedToken issue(TokenGrant grant) {
        TokenKey key = keys.signing();
        if (key == null) {
            throw ProtocolException.of(
                    ErrorCode.FAILED_PRECONDITION, "instance " + instance + " has no key that signs tokens");
        }
        // Tokens tell time to the millisecond; what is answered equals what is signed.
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        var token = new RoomToken(
                instance,
                grant.audience(),
                grant.subject(),
                now.plus(grant.ttl()).truncatedTo(ChronoUnit.MILLIS),
                now,
                ids.get(),
                grant.ops(),
                grant.memberId(),
                grant.clientId(),
                grant.presence(),
                grant.actor());
        String text = key.sign(Claims.write(token));
        if (text.length() > RoomToken.MAX_BYTES) {
            throw ProtocolException.ofPeer(
                    ErrorCode.INVALID_ARGUMENT,
                    "a token of " + text.length() + " bytes exceeds " + RoomToken.MAX_BYTES
                            + ": presence and actor are part of it",
                    Map.of());
        }
        return new IssuedToken(text, token);
    }
}
