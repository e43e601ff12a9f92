package dev.stoa.server.router;

import dev.stoa.server.session.CloseReason;

/// Thrown by an [OpenHandler] to close the new connection with a code and reason of its choice, 4401 for
/// example.
public final class CloseException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient CloseReason closeReason;

    public CloseException(int code, String reason) {
        super("close " + code + " " + reason, null, false, false);
        this.closeReason = new CloseReason(code, reason);
    }

    public CloseReason closeReason() {
        return closeReason;
    }
}
