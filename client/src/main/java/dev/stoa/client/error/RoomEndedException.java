package dev.stoa.client.error;

import org.jspecify.annotations.Nullable;

/// The room, as this client had it, is over: nothing more comes from it, and nothing can be sent to it.
public final class RoomEndedException extends ClientException {
    private static final long serialVersionUID = 1;

    /// Why.
    public enum Reason {
        /// The room was destroyed.
        DESTROYED,
        /// The token was revoked, or does not allow this room.
        FORBIDDEN,
        /// The server refused a token, and then a fresh one.
        TOKEN_REFUSED,
        /// The server refused to let the client in again; the cause says what it said.
        REFUSED,
        /// The application closed the room.
        CLOSED
    }

    private final Reason reason;

    public RoomEndedException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
