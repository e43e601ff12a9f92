package dev.stoa.protocol.room;

import org.jspecify.annotations.Nullable;

/// Which tokens to revoke: exactly one is given.
///
/// @param jti one token
/// @param userId all that a user has now
/// @param memberId all that a member of this room has now
public record RevokeOptions(
        @Nullable String jti,
        @Nullable String userId,
        @Nullable String memberId) {}
