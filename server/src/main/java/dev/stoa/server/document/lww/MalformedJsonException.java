package dev.stoa.server.document.lww;

/// A text that is not JSON, or not of the form that was asked for. Has no stack trace: peers cause it at
/// will.
public final class MalformedJsonException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedJsonException(String message) {
        super(message, null, false, false);
    }
}
