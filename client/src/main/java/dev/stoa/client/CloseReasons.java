package dev.stoa.client;

import java.nio.charset.StandardCharsets;

/// Close reasons must fit a control frame (RFC 6455, section 5.5).
final class CloseReasons {
    private static final int MAX_BYTES = 123;

    private CloseReasons() {}

    /// As much of `reason` as fits, cut between characters.
    static String fitting(String reason) {
        int bytes = 0;
        for (int i = 0; i < reason.length(); ) {
            int character = reason.codePointAt(i);
            bytes += Character.toString(character).getBytes(StandardCharsets.UTF_8).length;
            if (bytes > MAX_BYTES) {
                return reason.substring(0, i);
            }
            i += Character.charCount(character);
        }
        return reason;
    }
}
