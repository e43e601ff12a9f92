package dev.stoa.server.net;

import dev.stoa.server.session.CloseReason;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// The payload of a close frame (RFC 6455, section 5.5.1): nothing, or a code and a reason.
///
/// ```
///  | code 16 | reason, UTF-8, 0 to 123 bytes |
/// ```
final class ClosePayload {
    private static final byte[] NOTHING = {};

    private ClosePayload() {}

    /// @throws FrameReader.Violation when the code must not be sent by a peer, or the reason is not
    ///     UTF-8
    static CloseReason parse(byte[] payload) throws FrameReader.Violation {
        if (payload.length == 0) {
            return CloseReason.NO_CODE;
        }
        int code = payload.length == 1 ? 0 : (payload[0] & 0xFF) << 8 | payload[1] & 0xFF;
        if (code < 1000 || code > 4999 || code >= 1004 && code <= 1006 || code >= 1015 && code < 3000) {
            throw new FrameReader.Violation(1002, "Close frame with code " + code);
        }
        try {
            String reason = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(payload, 2, payload.length - 2))
                    .toString();
            return new CloseReason(code, reason);
        } catch (CharacterCodingException malformed) {
            throw new FrameReader.Violation(1007, "Close reason is not UTF-8");
        }
    }

    static byte[] of(CloseReason reason) {
        byte[] text = reason.reason().getBytes(StandardCharsets.UTF_8);
        byte[] payload = new byte[2 + text.length];
        payload[0] = (byte) (reason.code() >> 8);
        payload[1] = (byte) reason.code();
        System.arraycopy(text, 0, payload, 2, text.length);
        return payload;
    }

    /// What answers a peer's close frame: its code, without its reason.
    static byte[] echoOf(CloseReason reason) {
        return reason == CloseReason.NO_CODE ? NOTHING : of(new CloseReason(reason.code(), ""));
    }
}
