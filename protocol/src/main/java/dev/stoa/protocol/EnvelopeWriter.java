package dev.stoa.protocol;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.ObjectWriter;

/// Writes outbound frames as UTF-8 JSON (router protocol, section 2.2).
///
/// Every frame gets `meta.timestamp`; what a caller adds to meta comes after it, less the keys that are
/// not a caller's to set. Each method writes one whole object into a [ByteBuilder] and returns it.
/// Stateless and thread-safe.
public final class EnvelopeWriter {
    static final Set<String> NOT_THE_CALLERS = Set.of("type", "correlationId", "clientId", "receivedAt", "timestamp");
    private static final byte[] CORRELATION = ascii(",\"correlationId\":");
    private static final byte[] PAYLOAD = ascii("},\"payload\":");
    private static final byte[] DATA = ascii("},\"data\":");
    private static final byte[] END_WITHOUT_PAYLOAD = ascii("}}");
    private static final byte[] PROGRESS_PREFIX = prefix(Reserved.PROGRESS);
    private static final byte[] ERROR_PREFIX = prefix(Reserved.ERROR);
    private static final byte[] RPC_ERROR_PREFIX = prefix(Reserved.RPC_ERROR);
    private static final ObjectWriter ANY = Json.mapper().writer().without(StreamWriteFeature.AUTO_CLOSE_TARGET);
    private static final int USUAL_BYTES = 256;

    private EnvelopeWriter() {}

    /// A typed message. Payload and meta are not validated here, see [MessageType#check]; but nulls in
    /// required components and numbers that JSON cannot carry are refused.
    ///
    /// @param timestamp milliseconds, unless `meta` brings its own
    /// @throws InvalidMessageException when the payload cannot be written as JSON
    public static <P> ByteBuilder message(
            int headroom,
            MessageType<P> type,
            @Nullable P payload,
            long timestamp,
            @Nullable String correlationId,
            Map<String, ?> meta) {
        ByteBuilder out = new ByteBuilder(headroom, USUAL_BYTES);
        writeHead(out, type.prefix(), timestamp, correlationId, meta);
        if (payload == null) {
            out.write(END_WITHOUT_PAYLOAD);
            return out;
        }
        out.write(PAYLOAD);
        type.write(payload, out);
        out.write('}');
        return out;
    }

    /// A message whose payload is JSON already.
    ///
    /// @param type the message's type, taken as it is: letters, digits, `.`, `_`, `-`
    public static ByteBuilder raw(int headroom, String type, RawJson payload, long timestamp) {
        byte[] content = payload.utf8();
        ByteBuilder out = new ByteBuilder(headroom, content.length + USUAL_BYTES);
        writeHead(out, prefix(type), timestamp, null, Map.of());
        out.write(PAYLOAD);
        out.write(content);
        out.write('}');
        return out;
    }

    /// A progress frame (section 5.3).
    ///
    /// @param data any value that JSON can carry; left out when null
    /// @throws InvalidMessageException when `data` cannot be written as JSON
    public static ByteBuilder progress(int headroom, long timestamp, String correlationId, @Nullable Object data) {
        ByteBuilder out = new ByteBuilder(headroom, USUAL_BYTES);
        writeHead(out, PROGRESS_PREFIX, timestamp, correlationId, Map.of());
        if (data == null) {
            out.write(END_WITHOUT_PAYLOAD);
            return out;
        }
        out.write(DATA);
        write(ANY, data, out, Reserved.PROGRESS);
        out.write('}');
        return out;
    }

    /// An error frame (section 4.1). Details that JSON cannot carry are left out.
    ///
    /// @param rpc whether it ends a call (`RPC_ERROR`) or answers an event (`ERROR`)
    public static ByteBuilder error(
            int headroom, boolean rpc, long timestamp, @Nullable String correlationId, ErrorPayload error) {
        try {
            return writeError(headroom, rpc, timestamp, correlationId, error, true);
        } catch (InvalidMessageException unserialisable) {
            return writeError(headroom, rpc, timestamp, correlationId, error, false);
        }
    }

    private static ByteBuilder writeError(
            int headroom,
            boolean rpc,
            long timestamp,
            @Nullable String correlationId,
            ErrorPayload error,
            boolean withDetails) {
        ByteBuilder out = new ByteBuilder(headroom, USUAL_BYTES);
        writeHead(out, rpc ? RPC_ERROR_PREFIX : ERROR_PREFIX, timestamp, correlationId, Map.of());
        out.write(PAYLOAD);
        out.ascii("{\"code\":");
        writeText(out, error.code());
        out.ascii(",\"message\":");
        writeText(out, error.message());
        if (withDetails && !error.details().isEmpty()) {
            out.ascii(",\"details\":");
            write(ANY, error.details(), out, "error details");
        }
        if (error.retryable() != null) {
            out.ascii(",\"retryable\":");
            out.ascii(error.retryable().toString());
        }
        if (error.retryAfterMs() != null) {
            out.ascii(",\"retryAfterMs\":");
            out.decimal(error.retryAfterMs());
        } else if (error.retryImpossible()) {
            out.ascii(",\"retryAfterMs\":null");
        }
        out.ascii("}}");
        return out;
    }

    /// `{"type":"NAME","meta":{"timestamp":`
    static byte[] prefix(String typeName) {
        ByteBuilder out = new ByteBuilder(0, 64);
        out.ascii("{\"type\":");
        writeText(out, typeName);
        out.ascii(",\"meta\":{\"timestamp\":");
        return out.toByteArray();
    }

    private static void writeHead(
            ByteBuilder out, byte[] prefix, long timestamp, @Nullable String correlationId, Map<String, ?> meta) {
        out.write(prefix);
        if (meta.get("timestamp") instanceof Number own) {
            write(ANY, own, out, "meta.timestamp");
        } else {
            out.decimal(timestamp);
        }
        if (correlationId != null) {
            out.write(CORRELATION);
            writeText(out, correlationId);
        }
        if (!meta.isEmpty()) {
            writeMeta(out, meta);
        }
    }

    private static void writeMeta(ByteBuilder out, Map<String, ?> meta) {
        meta.forEach((key, value) -> {
            if (!NOT_THE_CALLERS.contains(key) && value != null) {
                out.write(',');
                writeText(out, key);
                out.write(':');
                write(ANY, value, out, "meta." + key);
            }
        });
    }

    /// Writes a JSON text, quotes included.
    private static void writeText(ByteBuilder out, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x20 || c > 0x7E || c == '"' || c == '\\') {
                write(ANY, wellFormed(text), out, "text");
                return;
            }
        }
        out.write('"');
        out.ascii(text);
        out.write('"');
    }

    /// Half a surrogate pair is no character: a receiver would refuse the whole frame for it.
    private static String wellFormed(String text) {
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
                return text.codePoints()
                        .map(point ->
                                point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE ? 0xFFFD : point)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
            }
            i += Character.charCount(c);
        }
        return text;
    }

    static void write(ObjectWriter writer, Object value, ByteBuilder out, String what) {
        try {
            writer.writeValue(out, value);
        } catch (JacksonException error) {
            throw new InvalidMessageException(
                    what + " cannot be written as JSON: " + error.getOriginalMessage(),
                    List.of(BindingIssue.ofWriting(what, error)));
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
