package dev.stoa.server.room.token;

import com.nimbusds.jose.util.Base64URL;
import dev.stoa.protocol.room.RoomKind;
import java.time.Instant;
import java.time.InstantSource;

/// Tells genuine tokens of one instance from others. Never throws, whatever it is given, and never logs.
///
/// The key alone says which algorithm its signatures have; nothing in a token can choose it, nor bring a
/// key along. Each part must be spelt in the one way that base64url has for its bytes, so that a token has
/// one form. Claims are looked at only behind a good signature.
///
/// Thread-safe if its clock is.
public final class TokenVerifier {
    private final String instance;
    private final TokenKeys keys;
    private final InstantSource clock;

    /// @param instance what the claim `iss` must be
    public TokenVerifier(String instance, TokenKeys keys, InstantSource clock) {
        this.instance = instance;
        this.keys = keys;
        this.clock = clock;
    }

    /// Verifies everything but the audience: for a socket that is not about one room.
    public TokenVerdict verify(String token) {
        try {
            return new TokenVerdict.Valid(genuine(token));
        } catch (RefusedToken refused) {
            return refused.verdict();
        }
    }

    /// Verifies a token for a room.
    public TokenVerdict verify(String token, RoomKind kind, String name) {
        TokenVerdict verdict = verify(token);
        return verdict instanceof TokenVerdict.Valid(RoomToken known) && !known.covers(kind, name)
                ? new TokenVerdict.Refused(RefusalReason.WRONG_AUDIENCE, "the token is not for this " + kind.text())
                : verdict;
    }

    private RoomToken genuine(String token) throws RefusedToken {
        if (token.length() > RoomToken.MAX_BYTES) {
            throw new RefusedToken(
                    RefusalReason.OVERSIZED, "a token of " + token.length() + " bytes exceeds " + RoomToken.MAX_BYTES);
        }
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            throw malformed();
        }
        TokenKey key = keyOf(TokenHeader.parse(bytes(parts[0]).decode()));
        if (!key.verifies(parts[0] + "." + parts[1], bytes(parts[2]))) {
            throw new RefusedToken(RefusalReason.BAD_SIGNATURE, "the token's signature is wrong");
        }
        return current(Claims.parse(bytes(parts[1]).decode()));
    }

    private TokenKey keyOf(TokenHeader header) throws RefusedToken {
        if (header.algorithm() == null || !TokenKey.ALGORITHMS.contains(header.algorithm())) {
            throw new RefusedToken(RefusalReason.WRONG_ALGORITHM, "a token must be signed with HS256 or ES256");
        }
        if (header.kid() == null) {
            throw new RefusedToken(RefusalReason.UNKNOWN_KEY, "the token's header names no key (kid)");
        }
        TokenKey key = keys.find(header.kid());
        if (key == null) {
            throw new RefusedToken(RefusalReason.UNKNOWN_KEY, "the token's key is not known");
        }
        if (!key.algorithm().equals(header.algorithm())) {
            throw new RefusedToken(RefusalReason.WRONG_ALGORITHM, "the token's algorithm is not its key's");
        }
        return key;
    }

    private RoomToken current(Claims claims) throws RefusedToken {
        RoomToken token = claims.toToken();
        if (!token.issuer().equals(instance)) {
            throw new RefusedToken(RefusalReason.WRONG_ISSUER, "the token is not for this instance");
        }
        Instant now = clock.instant();
        if (!now.isBefore(token.expiresAt().plus(RoomToken.CLOCK_SKEW))) {
            throw new RefusedToken(RefusalReason.EXPIRED, "the token expired at " + token.expiresAt());
        }
        Instant latest = now.plus(RoomToken.CLOCK_SKEW);
        Instant notBefore = claims.notBefore();
        if (token.issuedAt().isAfter(latest) || notBefore != null && notBefore.isAfter(latest)) {
            throw new RefusedToken(RefusalReason.NOT_YET_VALID, "the token is not valid yet");
        }
        if (token.expiresAt().isAfter(token.issuedAt().plus(RoomToken.MAX_TTL))) {
            throw new RefusedToken(
                    RefusalReason.TOO_LONG_LIVED,
                    "the token lives longer than " + RoomToken.MAX_TTL.toSeconds() + " seconds");
        }
        return token.seenAt(now);
    }

    /// A part, spelt as it must be: decoding is forgiving, so what it gives is encoded again.
    private static Base64URL bytes(String part) throws RefusedToken {
        Base64URL encoded = new Base64URL(part);
        if (part.isEmpty() || !Base64URL.encode(encoded.decode()).equals(encoded)) {
            throw malformed();
        }
        return encoded;
    }

    private static RefusedToken malformed() {
        return new RefusedToken(RefusalReason.MALFORMED, "not a signed token (JWS, compact form)");
    }
}
