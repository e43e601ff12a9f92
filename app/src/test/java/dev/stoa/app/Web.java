package dev.stoa.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Asks for pages.
public final class Web {
    private Web() {}

    public static HttpResponse<String> get(String address, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address));
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    /// Posts JSON, and reads the JSON that comes back.
    public static JsonNode post(String address, String json) {
        return JsonMapper.shared()
                .readTree(send(HttpRequest.newBuilder(URI.create(address))
                                .header("content-type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(json)))
                        .body());
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}
