package dev.stoa.client.error;

/// The client itself could not do what was asked, at this moment (router protocol, section 16.5).
public final class ClientStateException extends ClientException {
    private static final long serialVersionUID = 1;

    /// Why.
    public enum Reason {
        /// The request was cancelled: by its future, its token, or an interrupt.
        ABORTED,
        /// As many requests as allowed are waiting for their answer.
        TOO_MANY_REQUESTS,
        /// Another request with the same correlation id is waiting.
        DUPLICATE_ID,
        /// The connection is not open and queueing is off.
        NOT_OPEN,
        /// The connection is not open and the queue is full.
        QUEUE_FULL,
        /// The peer reads more slowly than the application sends, and the outbound limit is reached.
        OUTBOUND_FULL,
        /// The client is closing.
        CLOSING
    }

    private final Reason reason;

    public ClientStateException(Reason reason, String message) {
        super(message, null);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
