package dev.stoa.server.router;

/// An [AuthHandler]'s answer; refusals close the connection with 1008 and their name as the reason.
public enum AuthVerdict {
    ALLOWED,
    UNAUTHENTICATED,
    PERMISSION_DENIED;

    /// Allowed, or permission denied.
    public static AuthVerdict of(boolean allowed) {
        return allowed ? ALLOWED : PERMISSION_DENIED;
    }
}
