package dev.stoa.client.error;

/// The connection that carried the request ended before the answer came. Nothing is resent: whether the
/// server did the work is unknown.
public final class ConnectionClosedException extends ClientException {
    private static final long serialVersionUID = 1;

    private final int code;
    private final String reason;

    /// @param code the close code (RFC 6455, section 7.4); 1006 when there was none
    public ConnectionClosedException(int code, String reason) {
        super("connection closed: " + code + (reason.isEmpty() ? "" : " " + reason), null);
        this.code = code;
        this.reason = reason;
    }

    public int code() {
        return code;
    }

    /// The peer's words; may be empty.
    public String reason() {
        return reason;
    }
}
