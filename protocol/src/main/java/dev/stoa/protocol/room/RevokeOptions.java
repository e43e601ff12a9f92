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
        @Nullable String memberId) {
    /// One token.
    public static RevokeOptions ofToken(String jti) {
        return new RevokeOptions(jti, null, null);
    }

    /// All that a user has now, in any room.
    public static RevokeOptions ofUser(String userId) {
        return new RevokeOptions(null, userId, null);
    }

    /// All that a member of this room has now.
    public static RevokeOptions ofMember(String memberId) {
        return new RevokeOptions(null, null, memberId);
    }
}
