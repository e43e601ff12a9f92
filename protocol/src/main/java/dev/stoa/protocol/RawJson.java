package dev.stoa.protocol;

import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamWriteCapability;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonSerialize;

/// Any JSON value, kept as text: what passes through Stoa without being understood comes out as it went
/// in, numbers to the digit, only without blanks between tokens. In a binary format it is a byte string of
/// that text.
///
/// Immutable and thread-safe. Two are equal when their texts are.
@JsonSerialize(using = RawJson.Serializer.class)
@JsonDeserialize(using = RawJson.Deserializer.class)
public final class RawJson {
    public static final RawJson NULL = new RawJson("null");
    public static final RawJson EMPTY_OBJECT = new RawJson("{}");

    private final String text;

    private RawJson(String text) {
        this.text = text;
    }

    /// Encodes any value that [Json#mapper] can write.
    ///
    /// @throws IllegalArgumentException when it cannot be written as JSON
    public static RawJson of(@Nullable Object value) {
        if (value instanceof RawJson raw) {
            return raw;
        }
        try {
            return new RawJson(Json.mapper().writeValueAsString(value));
        } catch (JacksonException impossible) {
            throw new IllegalArgumentException("not writable as JSON: " + impossible.getOriginalMessage(), impossible);
        }
    }

    /// Takes over a text.
    ///
    /// @throws IllegalArgumentException when it is not one JSON value, or nested deeper than
    ///     [Json#MAX_DEPTH]
    public static RawJson parse(String text) {
        try {
            return Json.mapper().readValue(text, RawJson.class);
        } catch (JacksonException invalid) {
            throw new IllegalArgumentException("not JSON: " + invalid.getOriginalMessage(), invalid);
        }
    }

    /// As [#parse(String)], of UTF-8.
    public static RawJson parse(byte[] utf8) {
        return parse(new String(utf8, StandardCharsets.UTF_8));
    }

    /// Takes over bytes that [#utf8] gave, without looking at them.
    public static RawJson trusted(byte[] utf8) {
        return new RawJson(new String(utf8, StandardCharsets.UTF_8));
    }

    /// Takes over a text that is JSON, without looking at it.
    public static RawJson trusted(String text) {
        return new RawJson(text);
    }

    /// Binds the value to a type, by the strict rules of [Json#mapper].
    ///
    /// @throws IllegalArgumentException when it does not fit
    public <T> T as(Class<T> type) {
        try {
            return Json.mapper().readValue(text, type);
        } catch (JacksonException unfit) {
            throw new IllegalArgumentException("no " + type.getSimpleName() + ": " + unfit.getOriginalMessage(), unfit);
        }
    }

    /// The value as a tree, made anew at each call.
    public JsonNode tree() {
        return Json.mapper().readTree(text);
    }

    public boolean isObject() {
        return text.startsWith("{");
    }

    public boolean isNull() {
        return text.equals("null");
    }

    public byte[] utf8() {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// Bytes of the text in UTF-8.
    public int sizeBytes() {
        return utf8().length;
    }

    /// How deep arrays and objects are nested: 0 for a scalar.
    public int depth() {
        int depth = 0;
        int deepest = 0;
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (quoted) {
                if (unit == '\\') {
                    i++;
                } else if (unit == '"') {
                    quoted = false;
                }
            } else if (unit == '"') {
                quoted = true;
            } else if (unit == '{' || unit == '[') {
                deepest = Math.max(deepest, ++depth);
            } else if (unit == '}' || unit == ']') {
                depth--;
            }
        }
        return deepest;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RawJson raw && raw.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /// The JSON text.
    @Override
    public String toString() {
        return text;
    }

    static final class Serializer extends ValueSerializer<RawJson> {
        @Override
        public void serialize(RawJson value, JsonGenerator out, SerializationContext context) {
            if (out.has(StreamWriteCapability.CAN_WRITE_BINARY_NATIVELY)) {
                out.writeBinary(value.utf8());
            } else {
                out.writeRawValue(value.text);
            }
        }
    }

    static final class Deserializer extends ValueDeserializer<RawJson> {
        @Override
        public RawJson deserialize(JsonParser in, DeserializationContext context) {
            if (in.currentToken() == JsonToken.VALUE_EMBEDDED_OBJECT) {
                return trusted(in.getBinaryValue());
            }
            StringWriter text = new StringWriter();
            try (JsonGenerator out = Json.mapper().createGenerator(text)) {
                copy(in, out);
            }
            return new RawJson(text.toString());
        }

        /// Copies the value at the parser, numbers as they are written.
        private static void copy(JsonParser in, JsonGenerator out) {
            int depth = 0;
            do {
                JsonToken token = in.currentToken();
                if (token.isStructStart()) {
                    depth++;
                } else if (token.isStructEnd()) {
                    depth--;
                }
                if (token.isNumeric()) {
                    out.writeNumber(in.getString());
                } else {
                    out.copyCurrentEvent(in);
                }
            } while (depth > 0 && in.nextToken() != null);
        }

        @Override
        public RawJson getNullValue(DeserializationContext context) {
            return NULL;
        }

        @Override
        public @Nullable Object getAbsentValue(DeserializationContext context) {
            return null;
        }
    }
}
