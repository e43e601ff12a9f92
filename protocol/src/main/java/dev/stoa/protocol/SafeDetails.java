package dev.stoa.protocol;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Keeps secrets and bulk out of error details (router protocol, section 4.4).
final class SafeDetails {
    private static final int MAX_STRUCTURE_CHARS = 500;
    private static final Set<String> SECRET_KEYS = Set.of(
            "password",
            "token",
            "authorization",
            "bearer",
            "jwt",
            "apikey",
            "api_key",
            "accesstoken",
            "access_token",
            "refreshtoken",
            "refresh_token",
            "cookie",
            "secret",
            "credentials",
            "auth");

    private SafeDetails() {}

    static Map<String, Object> of(Map<String, ?> details) {
        Map<String, Object> safe = new LinkedHashMap<>();
        details.forEach((key, value) -> {
            if (key != null && value != null && !SECRET_KEYS.contains(key.toLowerCase(Locale.ROOT)) && fits(value)) {
                safe.put(key, value);
            }
        });
        return safe;
    }

    /// Whether a value may leave: a structure only when its JSON is at most 500 characters long.
    static boolean fits(Object value) {
        if (isScalar(value)) {
            return true;
        }
        try {
            return Json.mapper().writeValueAsString(value).length() <= MAX_STRUCTURE_CHARS;
        } catch (JacksonException unserialisable) {
            return false;
        }
    }

    private static boolean isScalar(Object value) {
        return switch (value) {
            case JsonNode node -> !node.isContainer();
            case CharSequence text -> true;
            case Number number -> true;
            case Boolean truth -> true;
            case Character letter -> true;
            case Enum<?> constant -> true;
            default -> false;
        };
    }
}
