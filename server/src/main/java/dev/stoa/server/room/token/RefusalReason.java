package dev.stoa.server.room.token;

import dev.stoa.protocol.ErrorCode;

/// Why a token was refused. A metric may count by it.
public enum RefusalReason {
    /// Not a signed token, or its claims are not what they must be.
    MALFORMED,
    /// Longer than [RoomToken#MAX_BYTES].
    OVERSIZED,
    /// Its header names no key, or one that is not or no longer known.
    UNKNOWN_KEY,
    /// Not signed, or with another algorithm than its key's.
    WRONG_ALGORITHM,
    BAD_SIGNATURE,
    MISSING_CLAIM,
    WRONG_ISSUER,
    EXPIRED,
    NOT_YET_VALID,
    /// Between `iat` and `exp` is more than [RoomToken#MAX_TTL].
    TOO_LONG_LIVED,
    /// Genuine, but for another room.
    WRONG_AUDIENCE;

    /// The code that a peer is told.
    public ErrorCode code() {
        return this == WRONG_AUDIENCE ? ErrorCode.PERMISSION_DENIED : ErrorCode.UNAUTHENTICATED;
    }
}
