package dev.stoa.server.http;

import dev.stoa.protocol.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/// An answer of the API.
///
/// @param body JSON in UTF-8; not to be changed
public record ApiAnswer(int status, Map<String, String> headers, byte[] body) {
    static ApiAnswer json(int status, Object body) {
        return of(status, "application/json", Json.mapper().writeValueAsBytes(body), Map.of());
    }

    static ApiAnswer of(int status, String contentType, byte[] body, Map<String, String> more) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", contentType);
        headers.put("Cache-Control", "no-store");
        headers.putAll(more);
        return new ApiAnswer(status, headers, body);
    }
}
