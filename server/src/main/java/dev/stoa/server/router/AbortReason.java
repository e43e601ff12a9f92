package dev.stoa.server.router;

/// Why a call was given up before it was answered.
public enum AbortReason {
    /// The peer sent `$ws:abort`.
    CLIENT_ABORT("client-abort"),
    /// No progress for longer than the idle timeout.
    IDLE_TIMEOUT("idle-timeout"),
    /// The deadline passed.
    DEADLINE("deadline"),
    /// The connection ended.
    DISCONNECT("disconnect");

    private final String text;

    AbortReason(String text) {
        this.text = text;
    }

    /// The reason as the protocol names it.
    public String text() {
        return text;
    }
}
