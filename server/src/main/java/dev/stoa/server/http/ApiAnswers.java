package dev.stoa.server.http;

import dev.stoa.protocol.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/// Makes answers. Stateless.
final class ApiAnswers {
    private ApiAnswers() {}

    static ApiAnswer json(int status, Object body) {
        return of(status, "application/json", Json.mapper().writeValueAsBytes(body), Map.of());
    }

    static ApiAnswer of(int status, String contentType, byte[] body, Map<String, String> more) {
        return new ApiAnswer.Whole(status, headers(contentType, more), body);
    }

    /// Server-sent events.
    static ApiAnswer events(ApiAnswer.Content content) {
        // Reverse proxies hold answers back unless they are told not to.
        return new ApiAnswer.Streamed(200, headers("text/event-stream", Map.of("X-Accel-Buffering", "no")), content);
    }

    private static Map<String, String> headers(String contentType, Map<String, String> more) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", contentType);
        headers.put("Cache-Control", "no-store");
        headers.putAll(more);
        return headers;
    }
}
