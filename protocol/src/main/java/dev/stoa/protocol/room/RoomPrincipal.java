package dev.stoa.protocol.room;

import org.jspecify.annotations.Nullable;

/// Who acts. Immutable.
///
/// @param kind whether it is a known user
/// @param id a stable id, if there is one
/// @param userId the user's id
/// @param sessionId the session that the act belongs to
public record RoomPrincipal(
        PrincipalKind kind,
        @Nullable String id,
        @Nullable String userId,
        @Nullable String sessionId,
        @Nullable String tenantId,
        @Nullable String email,
        @Nullable String displayName) {
    public static final RoomPrincipal ANONYMOUS =
            new RoomPrincipal(PrincipalKind.ANONYMOUS, null, null, null, null, null, null);

    /// A user known by id only.
    public static RoomPrincipal user(String userId) {
        return new RoomPrincipal(PrincipalKind.USER, userId, userId, null, null, null, null);
    }
}
