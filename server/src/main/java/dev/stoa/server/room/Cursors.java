package dev.stoa.server.room;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// Cursors of pages: what to go on behind, opaque to clients. A made-up one is refused by name. Stateless.
final class Cursors {
    private Cursors() {}

    /// @param kind what is paged, so that a cursor of one list is not taken for another's
    static String of(String kind, String epoch, long number, String text) {
        String content = kind + "\n" + epoch + "\n" + number + "\n" + text;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(content.getBytes(StandardCharsets.UTF_8));
    }

    /// What a cursor says.
    record Content(String epoch, long number, String text) {}

    /// @throws dev.stoa.protocol.ProtocolException `INVALID_ARGUMENT` when it is not a cursor of that kind
    static Content parse(String kind, String cursor) {
        try {
            byte[] content = Base64.getUrlDecoder().decode(cursor);
            String[] parts = new String(content, StandardCharsets.UTF_8).split("\n", 4);
            if (parts.length == 4 && parts[0].equals(kind)) {
                long number = Long.parseLong(parts[2]);
                if (number >= 0) {
                    return new Content(parts[1], number, parts[3]);
                }
            }
        } catch (IllegalArgumentException notBase64OrNumber) {
            // Answered below, like any other that is not ours.
        }
        throw Checks.invalid("the cursor is not one of " + kind);
    }

    /// A number in a cursor's text.
    static long parseNumber(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException madeUp) {
            throw Checks.invalid("the cursor is made up");
        }
    }
}
