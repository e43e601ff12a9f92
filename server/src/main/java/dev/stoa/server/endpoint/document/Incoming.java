package dev.stoa.server.endpoint.document;

import dev.stoa.protocol.RawJson;
import dev.stoa.server.document.lww.JsonText;
import dev.stoa.server.document.lww.MalformedJsonException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A message of a client, taken apart (documents protocol, section 3). Of members that are there twice
/// the last counts.
sealed interface Incoming {
    /// Edits; lists as JSON, null where there are none.
    record Patch(@Nullable RawJson messageId, byte @Nullable [] documentPatches, byte @Nullable [] ephemeralPatches)
            implements Incoming {}

    /// A client that is here for the first time, or again.
    ///
    /// @param version NaN where it says none
    record Reconnect(
            double lastTimestamp, double version, byte @Nullable [] documentPatches, byte @Nullable [] ephemeralPatches)
            implements Incoming {}

    record Refresh(@Nullable String token) implements Incoming {}

    /// What nobody understands and nobody minds: no JSON, no object, no type that is known.
    record Junk() implements Incoming {}

    /// Reads a message. What is in the lists is not looked at.
    static Incoming parse(byte[] message) {
        try {
            JsonText in = new JsonText(message);
            if (in.peek() != '{') {
                return new Junk();
            }
            return new Reading(message, in).read();
        } catch (MalformedJsonException noJson) {
            return new Junk();
        }
    }

    /// One reading of a message. Confined to one thread.
    final class Reading {
        private final byte[] message;
        private final JsonText in;
        private @Nullable String type;
        private @Nullable RawJson messageId;
        private @Nullable String token;
        private double lastTimestamp;
        private double version = Double.NaN;
        private byte @Nullable [] documents;
        private byte @Nullable [] ephemerals;

        private Reading(byte[] message, JsonText in) {
            this.message = message;
            this.in = in;
        }

        private Incoming read() {
            in.enterObject();
            for (String name = in.nextName(); name != null; name = in.nextName()) {
                switch (name) {
                    case "type" -> type = text();
                    case "messageId" -> messageId = RawJson.trusted(raw());
                    case "token" -> token = text();
                    case "lastTimestamp" -> lastTimestamp = number(0);
                    case "protocolVersion" -> version = number(Double.NaN);
                    case "documentPatches" -> documents = list();
                    case "ephemeralPatches" -> ephemerals = list();
                    default -> in.skip();
                }
            }
            in.end();
            return switch (type) {
                case "patch" -> new Patch(messageId, documents, ephemerals);
                case "reconnect" -> new Reconnect(lastTimestamp, version, documents, ephemerals);
                case "auth-refresh" -> new Refresh(token);
                case null, default -> new Junk();
            };
        }

        private @Nullable String text() {
            if (in.peek() == '"') {
                return in.string();
            }
            in.skip();
            return null;
        }

        private double number(double otherwise) {
            byte first = in.peek();
            if (first == '-' || first >= '0' && first <= '9') {
                return in.number();
            }
            in.skip();
            return otherwise;
        }

        private byte @Nullable [] list() {
            byte[] list = raw();
            return Arrays.equals(list, "null".getBytes(StandardCharsets.ISO_8859_1)) ? null : list;
        }

        private byte[] raw() {
            int from = in.next();
            in.skip();
            return Arrays.copyOfRange(message, from, in.position());
        }
    }
}
