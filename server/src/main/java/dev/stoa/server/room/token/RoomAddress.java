package dev.stoa.server.room.token;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.room.RoomKind;
import java.util.Map;

/// Which room or channel: kind and name together. Immutable.
///
/// @param name 1 to 256 characters (code points), any Unicode but control characters and lone surrogates;
///     compared as it stands, without normalising
public record RoomAddress(RoomKind kind, String name) {
    /// Characters of a name, in code points.
    public static final int MAX_NAME = 256;

    /// @throws ProtocolException `INVALID_ARGUMENT` when the name is none
    public RoomAddress {
        if (name.isEmpty()) {
            throw refused(kind.text() + " name is empty");
        }
        check(kind.text() + " name", name);
    }

    /// Checks what every name and every beginning of a name must keep to.
    static void check(String what, String text) {
        int length = text.codePointCount(0, text.length());
        if (length > MAX_NAME) {
            throw refused(what + " of " + length + " characters exceeds " + MAX_NAME);
        }
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int character = text.codePointAt(i);
            if (Character.isISOControl(character)) {
                throw refused("%s has the control character U+%04X at %d".formatted(what, character, i));
            }
            if (character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE) {
                throw refused("%s has half of a surrogate pair at %d".formatted(what, i));
            }
        }
    }

    private static ProtocolException refused(String message) {
        return ProtocolException.ofPeer(ErrorCode.INVALID_ARGUMENT, message, Map.of());
    }
}
