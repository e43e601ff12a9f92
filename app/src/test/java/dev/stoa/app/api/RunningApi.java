package dev.stoa.app.api;

import dev.stoa.app.config.Configuration.Listen;
import dev.stoa.server.Stoa;
import dev.stoa.server.document.DocumentAuthorizer.Grant;
import dev.stoa.server.document.Documents;
import dev.stoa.server.document.Permission;
import dev.stoa.server.http.ApiSettings;
import dev.stoa.server.http.HttpApi;
import dev.stoa.server.room.Rooms;
import dev.stoa.server.room.RoomsOptions;
import dev.stoa.server.store.MemoryStore;
import dev.stoa.server.store.Store;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A server with one instance of rooms, `main`, and one of documents, `boards`, behind the real HTTP listener, and
/// somebody who asks it.
final class RunningApi implements AutoCloseable {
    private final Rooms rooms;
    private final Documents boards = Documents.create("boards");
    private final Stoa stoa;
    private final ApiListener listener;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private @Nullable String user = "ada";
    private @Nullable String key;

    /// @param body `null` in JSON when there is none
    record Answer(int status, JsonNode body, HttpResponse<String> response) {
        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        /// The body of a request that was to succeed.
        JsonNode good() {
            if (status != 200) {
                throw new AssertionError("answered " + status + ": " + body);
            }
            return body;
        }
    }

    private RunningApi(RoomsOptions options, ApiSettings settings, Store store) {
        rooms = Rooms.create(options);
        stoa = Stoa.builder()
                .port(0)
                .loops(1)
                .rooms(rooms)
                .documents(boards, _ -> Grant.of(Permission.READ_WRITE))
                .store(store)
                .start();
        listener = ApiListener.start(
                new Listen("127.0.0.1", 0),
                new ApiListener.Site.Plain(),
                stoa::isReady,
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                HttpApi.of(stoa.rooms(), stoa.documents(), settings));
    }

    static RunningApi start() {
        return start(RoomsOptions.named("main"));
    }

    static RunningApi start(RoomsOptions options) {
        return start(options, ApiSettings.keyless());
    }

    static RunningApi start(RoomsOptions options, ApiSettings settings) {
        return new RunningApi(options, settings, new MemoryStore());
    }

    static RunningApi on(Store store) {
        return new RunningApi(RoomsOptions.named("main"), ApiSettings.keyless(), store);
    }

    Documents boards() {
        return boards;
    }

    Rooms rooms() {
        return rooms;
    }

    Stoa stoa() {
        return stoa;
    }

    int port() {
        return listener.port();
    }

    /// Asks as somebody from here on; null for nobody.
    RunningApi as(@Nullable String newUser) {
        user = newUser;
        return this;
    }

    /// Asks with an API key from here on; null for none.
    RunningApi with(@Nullable String newKey) {
        key = newKey;
        return this;
    }

    /// @param path below the instance, or a whole one when it begins with a slash
    Answer get(String path, String... headers) {
        return send(request(path, headers).GET());
    }

    Answer delete(String path) {
        return send(request(path).DELETE());
    }

    Answer post(String path, String json, String... headers) {
        return send(request(path, headers)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    Answer send(String method, String path, @Nullable String contentType, byte[] body) {
        HttpRequest.Builder request = request(path).method(method, HttpRequest.BodyPublishers.ofByteArray(body));
        return send(contentType == null ? request : request.header("content-type", contentType));
    }

    /// Opens a stream of events.
    EventStream events(String path, String... headers) {
        try {
            return EventStream.of(client.send(request(path, headers).GET().build(), BodyHandlers.ofInputStream()));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private HttpRequest.Builder request(String path, String... headers) {
        String whole = path.startsWith("/") ? path : "/v1/instances/main/" + path;
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + whole))
                .timeout(Duration.ofSeconds(60));
        if (user != null) {
            request.header("x-user-id", user);
        }
        if (key != null) {
            request.header("authorization", "Bearer " + key);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        return request;
    }

    private Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
            String text = response.body();
            boolean json =
                    response.headers().firstValue("content-type").orElse("").contains("json");
            return new Answer(response.statusCode(), JsonMapper.shared().readTree(json ? text : "null"), response);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Override
    public void close() {
        stoa.close();
        client.close();
        listener.close();
    }
}
