package dev.stoa.protocol;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
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
            if (value != null && !SECRET_KEYS.contains(key.toLowerCase(Locale.ROOT)) && fits(value)) {
                safe.put(key, value);
            }
        });
        return safe;
    }

    private static boolean fits(@Nullable Object value) {
        if (!isStructure(value)) {
            return true;
        }
        try {
            return Json.mapper().writeValueAsString(value).length() <= MAX_STRUCTURE_CHARS;
        } catch (JacksonException unserialisable) {
            return false;
        }
    }

    private static boolean isStructure(@Nullable Object value) {
        return switch (value) {
            case null -> false;
            case JsonNode node -> node.isContainer();
            case Map<?, ?> map -> true;
            case Collection<?> items -> true;
            case Record record -> true;
            default -> value.getClass().isArray();
        };
    }
}
