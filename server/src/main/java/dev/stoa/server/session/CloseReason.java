package dev.stoa.server.session;

import java.nio.charset.StandardCharsets;

/// Why a connection ends: a WebSocket close code and a short text (RFC 6455, section 7.4). Immutable.
///
/// @param code 1000 to 4999
/// @param reason at most 123 bytes of UTF-8, the room a close frame has
public record CloseReason(int code, String reason) {
    public static final int MAX_REASON_BYTES = 123;

    public static final CloseReason NORMAL = new CloseReason(1000, "");
    /// The peer sent a close frame without a code.
    public static final CloseReason NO_CODE = new CloseReason(1005, "");
    /// The connection was lost without a close frame.
    public static final CloseReason LOST = new CloseReason(1006, "");
    /// The peer does not read what it is sent.
    public static final CloseReason SLOW_CONSUMER = new CloseReason(1013, "SLOW_CONSUMER");

    public CloseReason {
        if (code < 1000 || code > 4999) {
            throw new IllegalArgumentException("close code must be from 1000 to 4999: " + code);
        }
        int bytes = reason.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_REASON_BYTES) {
            throw new IllegalArgumentException(
                    "close reason of " + bytes + " bytes exceeds " + MAX_REASON_BYTES + ": " + reason);
        }
    }

    /// Whether the code may stand in a close frame.
    public boolean isSendable() {
        return code != 1004 && code != 1005 && code != 1006 && code != 1015;
    }
}
