package dev.stoa.protocol;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One inbound frame taken apart: the routing fields, and where meta and payload lie in the bytes
/// (router protocol, section 2.1).
///
/// [#scan] checks the whole text to be JSON in one pass and decodes nothing but `type` and
/// `correlationId`; the payload is decoded when a contract asks. Of a key given twice the last counts.
/// Shares the array it was made from, which must not change afterwards.
///
/// Confined to the thread that scanned it until it is handed on; read-only after that.
public final class Envelope {
    private final byte[] bytes;
    private String type = "";
    private @Nullable String correlationId;
    private long timeoutMs;
    private int timestampStart = -1;
    private int timestampEnd;
    private int metaStart = -1;
    private int metaEnd;
    private boolean extendedMeta;
    private int payloadStart = -1;
    private int payloadEnd;
    private int dataStart = -1;
    private int dataEnd;
    private boolean typed;
    private @Nullable Issue rootViolation;
    private @Nullable Issue metaViolation;

    private Envelope(byte[] bytes) {
        this.bytes = bytes;
    }

    /// Takes a frame's text apart.
    ///
    /// @throws InvalidMessageException when it is not JSON (message `Invalid JSON` or the limit passed),
    ///     not an object, or has no text `type`; nothing else is refused here, see [#violation]
    public static Envelope scan(byte[] bytes) {
        Envelope envelope = new Envelope(bytes);
        int p = JsonScan.skipSpace(bytes, 0, bytes.length);
        if (p >= bytes.length || bytes[p] != '{') {
            p = JsonScan.skipValue(bytes, p, bytes.length, 0);
            finish(bytes, p);
            throw malformed("Message must be a JSON object with a text type");
        }
        finish(bytes, envelope.scanFields(p + 1, true));
        if (!envelope.typed) {
            throw malformed("Message must be a JSON object with a text type");
        }
        return envelope;
    }

    public String type() {
        return type;
    }

    /// The correlation id exactly as sent; null when absent.
    public @Nullable String correlationId() {
        return correlationId;
    }

    /// The caller's time limit in milliseconds; 0 when absent.
    public long timeoutMs() {
        return timeoutMs;
    }

    /// The producer's clock in milliseconds; null when absent. Untrusted.
    public @Nullable Double timestamp() {
        if (timestampStart < 0) {
            return null;
        }
        return Double.valueOf(
                new String(bytes, timestampStart, timestampEnd - timestampStart, StandardCharsets.ISO_8859_1));
    }

    /// An unknown root key, else the first standard meta field that breaks the protocol, or null. Kept
    /// apart from [#scan]'s refusals because the answer may need [#correlationId].
    public @Nullable Issue violation() {
        return rootViolation != null ? rootViolation : metaViolation;
    }

    /// Whether meta holds keys beyond the standard and the reserved ones.
    public boolean hasExtendedMeta() {
        return extendedMeta;
    }

    public boolean hasPayload() {
        return payloadStart >= 0;
    }

    /// The payload as a tree, or null when the frame has none.
    public @Nullable JsonNode payloadTree() {
        return payloadStart < 0 ? null : tree(payloadStart, payloadEnd);
    }

    /// The value under the root key `data`, which only progress frames carry; null when absent.
    public @Nullable JsonNode dataTree() {
        return dataStart < 0 ? null : tree(dataStart, dataEnd);
    }

    /// The meta object as a tree; empty when absent or not an object.
    public ObjectNode metaTree() {
        return metaStart < 0 ? Json.mapper().createObjectNode() : (ObjectNode) tree(metaStart, metaEnd);
    }

    private JsonNode tree(int start, int end) {
        try {
            return Json.mapper().readTree(bytes, start, end - start);
        } catch (JacksonException error) {
            throw malformed("Invalid JSON");
        }
    }

    byte[] bytes() {
        return bytes;
    }

    int payloadStart() {
        return payloadStart;
    }

    int payloadLength() {
        return payloadEnd - payloadStart;
    }

    /// Searches raw text for a correlation id without parsing it, for frames too large to parse (section
    /// 11.1).
    public static @Nullable String fishCorrelationId(byte[] bytes) {
        byte[] key = "\"correlationId\"".getBytes(StandardCharsets.ISO_8859_1);
        for (int at = indexOf(bytes, key, 0); at >= 0; at = indexOf(bytes, key, at + 1)) {
            int p = JsonScan.skipSpace(bytes, at + key.length, bytes.length);
            if (p >= bytes.length || bytes[p] != ':') {
                continue;
            }
            p = JsonScan.skipSpace(bytes, p + 1, bytes.length);
            if (p >= bytes.length || bytes[p] != '"') {
                continue;
            }
            int end = JsonScan.skipString(bytes, p + 1, bytes.length);
            if (end > 0) {
                String id = text(bytes, p, end);
                return id.isBlank() ? null : id;
            }
        }
        return null;
    }

    /// Walks the fields of the root object or of meta.
    ///
    /// @param p the position after the opening brace
    private int scanFields(int p, boolean root) {
        byte[] b = bytes;
        int end = b.length;
        p = JsonScan.skipSpace(b, p, end);
        if (p < end && b[p] == '}') {
            return p + 1;
        }
        while (p < end && b[p] == '"') {
            int keyStart = p;
            int keyEnd = JsonScan.skipString(b, p + 1, end);
            if (keyEnd < 0) {
                return keyEnd;
            }
            int valueStart = valueAfter(keyEnd);
            if (valueStart < 0) {
                return valueStart;
            }
            p = root ? scanRootField(keyStart, keyEnd, valueStart) : scanMetaField(keyStart, keyEnd, valueStart);
            if (p < 0) {
                return p;
            }
            p = JsonScan.skipSpace(b, p, end);
            if (p >= end) {
                return JsonScan.INVALID;
            }
            if (b[p] == '}') {
                return p + 1;
            }
            if (b[p] != ',') {
                return JsonScan.INVALID;
            }
            p = JsonScan.skipSpace(b, p + 1, end);
        }
        return JsonScan.INVALID;
    }

    private int scanRootField(int keyStart, int keyEnd, int valueStart) {
        byte[] b = bytes;
        if (isKey(keyStart, keyEnd, "type")) {
            int p = JsonScan.skipValue(b, valueStart, b.length, 1);
            typed = p > 0 && b[valueStart] == '"';
            if (typed) {
                type = text(b, valueStart, p);
            }
            return p;
        }
        if (isKey(keyStart, keyEnd, "meta")) {
            forgetMeta();
            if (valueStart < b.length && b[valueStart] == '{') {
                metaStart = valueStart;
                metaEnd = scanFields(valueStart + 1, false);
                return metaEnd;
            }
            return JsonScan.skipValue(b, valueStart, b.length, 1);
        }
        int p = JsonScan.skipValue(b, valueStart, b.length, 1);
        if (isKey(keyStart, keyEnd, "payload")) {
            payloadStart = valueStart;
            payloadEnd = p;
        } else if (p > 0) {
            if (isKey(keyStart, keyEnd, "data")) {
                dataStart = valueStart;
                dataEnd = p;
            }
            if (rootViolation == null) {
                rootViolation = new Issue(text(b, keyStart, keyEnd), "unknown key");
            }
        }
        return p;
    }

    private int scanMetaField(int keyStart, int keyEnd, int valueStart) {
        int p = JsonScan.skipValue(bytes, valueStart, bytes.length, 2);
        if (p > 0) {
            readMetaField(keyStart, keyEnd, valueStart, p);
        }
        return p;
    }

    private void readMetaField(int keyStart, int keyEnd, int valueStart, int valueEnd) {
        byte first = bytes[valueStart];
        if (isKey(keyStart, keyEnd, "timestamp")) {
            if (first == '-' || JsonScan.isDigit(first)) {
                timestampStart = valueStart;
                timestampEnd = valueEnd;
            } else {
                violateMeta("meta.timestamp", "must be a number");
            }
        } else if (isKey(keyStart, keyEnd, "correlationId")) {
            if (first == '"') {
                correlationId = text(bytes, valueStart, valueEnd);
            } else {
                correlationId = null;
                violateMeta("meta.correlationId", "must be a text");
            }
        } else if (isKey(keyStart, keyEnd, "timeoutMs")) {
            timeoutMs = positiveInteger(valueStart, valueEnd);
            if (timeoutMs == 0) {
                violateMeta("meta.timeoutMs", "must be a positive integer");
            }
        } else if (!isKey(keyStart, keyEnd, "clientId") && !isKey(keyStart, keyEnd, "receivedAt")) {
            extendedMeta = true;
        }
    }

    private void forgetMeta() {
        metaStart = -1;
        timestampStart = -1;
        correlationId = null;
        timeoutMs = 0;
        extendedMeta = false;
        metaViolation = null;
    }

    private int valueAfter(int keyEnd) {
        int p = JsonScan.skipSpace(bytes, keyEnd, bytes.length);
        if (p >= bytes.length || bytes[p] != ':') {
            return JsonScan.INVALID;
        }
        return JsonScan.skipSpace(bytes, p + 1, bytes.length);
    }

    private void violateMeta(String path, String problem) {
        if (metaViolation == null) {
            metaViolation = new Issue(path, problem);
        }
    }

    private long positiveInteger(int start, int end) {
        if (end - start > 15) {
            return 0;
        }
        long value = 0;
        for (int i = start; i < end; i++) {
            if (!JsonScan.isDigit(bytes[i])) {
                return 0;
            }
            value = value * 10 + (bytes[i] - '0');
        }
        return value;
    }

    /// Whether the quoted text at start..end is `key`, in plain or in escaped spelling.
    private boolean isKey(int start, int end, String key) {
        int length = end - start - 2;
        if (length == key.length()) {
            for (int i = 0; i < length; i++) {
                if (bytes[start + 1 + i] != key.charAt(i)) {
                    return false;
                }
            }
            return true;
        }
        return length > key.length()
                && indexOfBackslash(start, end) >= 0
                && text(bytes, start, end).equals(key);
    }

    private int indexOfBackslash(int start, int end) {
        for (int i = start; i < end; i++) {
            if (bytes[i] == '\\') {
                return i;
            }
        }
        return -1;
    }

    /// The text between the quotes at start and end - 1.
    private static String text(byte[] b, int start, int end) {
        for (int i = start + 1; i < end - 1; i++) {
            if (b[i] < 0) {
                return wideText(b, start, end);
            }
            if (b[i] == '\\') {
                return unescaped(b, start, end);
            }
        }
        return new String(b, start + 1, end - start - 2, StandardCharsets.ISO_8859_1);
    }

    private static String wideText(byte[] b, int start, int end) {
        for (int i = start + 1; i < end - 1; i++) {
            if (b[i] == '\\') {
                return unescaped(b, start, end);
            }
        }
        return new String(b, start + 1, end - start - 2, StandardCharsets.UTF_8);
    }

    private static String unescaped(byte[] b, int start, int end) {
        try {
            return Json.mapper().readValue(b, start, end - start, String.class);
        } catch (JacksonException error) {
            throw new InvalidMessageException("Invalid JSON", List.of());
        }
    }

    private static int indexOf(byte[] bytes, byte[] key, int from) {
        outer:
        for (int i = from; i <= bytes.length - key.length; i++) {
            for (int j = 0; j < key.length; j++) {
                if (bytes[i + j] != key[j]) {
                    continue outer;
                }
            }
            return i;
        }
        return -1;
    }

    private static void finish(byte[] bytes, int p) {
        if (p == JsonScan.TOO_DEEP) {
            throw malformed("JSON nested deeper than " + Json.MAX_DEPTH + " levels");
        }
        if (p < 0 || JsonScan.skipSpace(bytes, p, bytes.length) != bytes.length) {
            throw malformed("Invalid JSON");
        }
    }

    private static InvalidMessageException malformed(String message) {
        return new InvalidMessageException(message, List.of());
    }
}
