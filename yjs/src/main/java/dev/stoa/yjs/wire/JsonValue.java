package dev.stoa.yjs.wire;

import dev.stoa.yjs.Undefined;
import dev.stoa.yjs.UpdateException;
import dev.stoa.yjs.lib0.Json;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The value of an embed or a format mark, as it came: as JSON text in v1, as a value in v2.
///
/// The other form is made when somebody asks, so that text passes through unchanged. Immutable.
public final class JsonValue {
    public static final JsonValue NULL = new JsonValue("null", null);
    private static final JsonValue TRUE = new JsonValue("true", Boolean.TRUE);

    private final @Nullable String text;
    private final @Nullable Object value;

    private JsonValue(@Nullable String text, @Nullable Object value) {
        this.text = text;
        this.value = value;
    }

    /// @throws UpdateException if it is not JSON, or too deep
    static JsonValue ofText(String text, int nesting) {
        if (text.equals("null")) {
            return NULL;
        }
        if (text.equals("true")) {
            return TRUE;
        }
        Json.check(text, nesting);
        return new JsonValue(text, null);
    }

    public static JsonValue of(@Nullable Object value) {
        if (value == null) {
            return NULL;
        }
        return value.equals(Boolean.TRUE) ? TRUE : new JsonValue(null, value);
    }

    /// @throws UpdateException if the value could not be written in v1
    static JsonValue ofReceived(@Nullable Object value) {
        if (value == Undefined.UNDEFINED || holdsBigInteger(value)) {
            throw UpdateException.malformed("a value that JSON cannot hold stands where JSON belongs");
        }
        return of(value);
    }

    private static boolean holdsBigInteger(@Nullable Object value) {
        return switch (value) {
            case BigInteger ignored -> true;
            case List<?> list -> list.stream().anyMatch(JsonValue::holdsBigInteger);
            case Map<?, ?> map -> map.values().stream().anyMatch(JsonValue::holdsBigInteger);
            case null -> false;
            default -> false;
        };
    }

    public String text() {
        return text != null ? text : Json.write(value);
    }

    public @Nullable Object value() {
        return value != null || text == null ? value : Json.parse(text, Integer.MAX_VALUE);
    }
}
