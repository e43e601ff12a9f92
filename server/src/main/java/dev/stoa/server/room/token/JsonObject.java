package dev.stoa.server.room.token;

import dev.stoa.protocol.Json;
import dev.stoa.protocol.RawJson;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;

/// One JSON object of a token, its values kept as text until somebody asks. What is `null` is absent.
/// Immutable.
final class JsonObject {
    private static final TypeReference<Map<String, RawJson>> BY_NAME = new TypeReference<>() {};

    private final String what;
    private final Map<String, RawJson> values;

    private JsonObject(String what, Map<String, RawJson> values) {
        this.what = what;
        this.values = values;
    }

    /// @param what what the values are called in refusals
    static JsonObject parse(String what, byte[] json) throws RefusedToken {
        Map<String, RawJson> values;
        try {
            values = Json.mapper().readValue(json, BY_NAME);
        } catch (JacksonException invalid) {
            values = null;
        }
        if (values == null) {
            throw new RefusedToken(RefusalReason.MALFORMED, "the token holds something else than a JSON object");
        }
        values = new HashMap<>(values);
        values.values().removeIf(RawJson::isNull);
        return new JsonObject(what, values);
    }

    @Nullable
    RawJson find(String name) {
        return values.get(name);
    }

    @Nullable
    String findText(String name) throws RefusedToken {
        return find(name, String.class);
    }

    <T> @Nullable T find(String name, Class<T> type) throws RefusedToken {
        RawJson value = values.get(name);
        return value == null ? null : as(name, value, type);
    }

    <T> T as(String name, RawJson value, Class<T> type) throws RefusedToken {
        if (!value.isNull()) {
            try {
                return value.as(type);
            } catch (IllegalArgumentException unfit) {
                throw malformed(name, "is not what it must be");
            }
        }
        throw malformed(name, "holds null");
    }

    RefusedToken malformed(String name, String problem) {
        return new RefusedToken(RefusalReason.MALFORMED, "the token's " + what + " " + name + " " + problem);
    }
}
