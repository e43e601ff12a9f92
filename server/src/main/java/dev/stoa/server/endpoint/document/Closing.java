package dev.stoa.server.endpoint.document;

import dev.stoa.protocol.ProtocolException;
import dev.stoa.server.session.CloseReason;
import java.nio.charset.StandardCharsets;

/// How sockets of documents are closed. Stateless.
final class Closing {
    private Closing() {}

    /// A close whose text is cut to what a close frame can hold, between two characters.
    static CloseReason of(int code, String text) {
        StringBuilder fitting = new StringBuilder();
        int room = CloseReason.MAX_REASON_BYTES;
        for (int at = 0; at < text.length(); ) {
            String next = Character.toString(text.codePointAt(at));
            room -= next.getBytes(StandardCharsets.UTF_8).length;
            if (room < 0) {
                break;
            }
            fitting.append(next);
            at += next.length();
        }
        return new CloseReason(code, fitting.toString());
    }

    /// For a message that was not done. What can be tried again is closed for now: clients come back
    /// with what was not acknowledged.
    static CloseReason of(ProtocolException failure) {
        return switch (failure.code()) {
            case "INVALID_ARGUMENT", "FAILED_PRECONDITION" -> of(1008, failure.text());
            case "RESOURCE_EXHAUSTED" -> of(1013, failure.text());
            case "UNAVAILABLE", "DEADLINE_EXCEEDED" -> new CloseReason(1012, "");
            default -> new CloseReason(1011, "");
        };
    }
}
