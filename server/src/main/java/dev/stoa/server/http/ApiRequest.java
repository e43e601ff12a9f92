package dev.stoa.server.http;

import java.io.InputStream;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A request to the API, as an HTTP server received it.
///
/// @param method in capitals
/// @param path of the target, still encoded, without query
/// @param query of the target, still encoded; empty for none
/// @param headers by name in small letters
/// @param body read at most once, and no further than the API's limit
public record ApiRequest(String method, String path, String query, Map<String, String> headers, InputStream body) {
    public ApiRequest {
        headers = Map.copyOf(headers);
    }

    @Nullable
    String header(String name) {
        return headers.get(name.toLowerCase(Locale.ROOT));
    }
}
