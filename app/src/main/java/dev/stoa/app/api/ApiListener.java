package dev.stoa.app.api;

import dev.stoa.app.config.Configuration.Listen;
import dev.stoa.server.http.HttpApi;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Answers HTTP on its own port: `/`, `/health/live`, `/health/ready`, `/metrics`, and the playground
/// where the site has one. Thread-safe.
public final class ApiListener implements AutoCloseable {
    private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    /// Beyond any limit that the API has, so that it refuses what is too large in its own words.
    private static final long MAX_PAYLOAD_BYTES = 1L << 31;

    private final WebServer server;

    /// What is on the site beside health and metrics, and the HTTP API.
    public sealed interface Site {
        /// Nothing but the start page.
        record Plain() implements Site {}

        /// The playground's chat and canvas, which connect to the sockets of this server.
        ///
        /// @param socketPort where sockets connect
        /// @param secure whether they are encrypted
        record WithPlayground(int socketPort, boolean secure) implements Site {}
    }

    private ApiListener(WebServer server) {
        this.server = server;
    }

    /// Opens the port.
    ///
    /// @param ready whether the server takes new connections
    /// @param api the HTTP API; null where there are no instances
    /// @throws UncheckedIOException when the port cannot be had
    public static ApiListener start(
            Listen where, Site site, BooleanSupplier ready, PrometheusMeterRegistry registry, @Nullable HttpApi api) {
        requireFree(where);
        WebServer server = WebServer.builder()
                .host(where.host())
                .port(where.port())
                .shutdownHook(false)
                .maxPayloadSize(MAX_PAYLOAD_BYTES)
                .routing(routes -> route(routes, site, ready, registry, api))
                .build()
                .start();
        if (!server.isRunning()) {
            throw new UncheckedIOException(new IOException("the HTTP listener did not start; the log says why"));
        }
        return new ApiListener(server);
    }

    /// Finds out before Helidon does, which does not tell its caller.
    private static void requireFree(Listen where) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(where.host(), where.port()));
        } catch (IOException taken) {
            throw new UncheckedIOException(taken);
        }
    }

    /// The port listened at.
    public int port() {
        return server.port();
    }

    public boolean isRunning() {
        return server.isRunning();
    }

    @Override
    public void close() {
        server.stop();
    }

    private static void route(
            HttpRouting.Builder routes,
            Site site,
            BooleanSupplier ready,
            PrometheusMeterRegistry registry,
            @Nullable HttpApi api) {
        routes.addFilter(SecurityHeaders.of(site));
        if (api != null) {
            routes.addFilter(new HttpApiFilter(api));
        }
        routePages(routes, "docs");
        routes.get("/health/live", (_, response) -> response.send("live\n"))
                .get("/health/ready", (_, response) -> tellReadiness(response, ready.getAsBoolean()))
                .get(
                        "/metrics",
                        (_, response) -> response.header(HeaderNames.CONTENT_TYPE, METRICS_TYPE)
                                .send(registry.scrape()));
        switch (site) {
            case Site.Plain _ -> routes.get("/", (_, response) -> sendPage(response, "home", "index.html"));
            case Site.WithPlayground playground -> routePlayground(routes, playground);
        }
        routes.get("/assets/{file}", (request, response) -> sendPage(response, "home", fileOf(request)));
    }

    private static void routePlayground(HttpRouting.Builder routes, Site.WithPlayground playground) {
        String sockets = "{\"port\":" + playground.socketPort() + ",\"secure\":" + playground.secure() + "}\n";
        routes.get("/", (_, response) -> sendPage(response, "home", "development.html"))
                .get(
                        "/playground/sockets.json",
                        (_, response) -> response.header(HeaderNames.CONTENT_TYPE, "application/json")
                                .send(sockets));
        routePages(routes, "playground");
        routePages(routes, "canvas");
    }

    private static void routePages(HttpRouting.Builder routes, String folder) {
        String path = "/" + folder;
        routes.get(
                        path,
                        (_, response) -> response.status(Status.MOVED_PERMANENTLY_301)
                                .header(HeaderNames.LOCATION, path + "/")
                                .send())
                .get(path + "/", (_, response) -> sendPage(response, folder, "index.html"))
                .get(path + "/{file}", (request, response) -> sendPage(response, folder, fileOf(request)));
    }

    private static String fileOf(ServerRequest request) {
        return request.path().pathParameters().get("file");
    }

    private static void tellReadiness(ServerResponse response, boolean ready) {
        response.status(ready ? Status.OK_200 : Status.SERVICE_UNAVAILABLE_503).send(ready ? "ready\n" : "not ready\n");
    }

    private static void sendPage(ServerResponse response, String folder, String file) {
        Optional<Page> page = Page.find(folder, file);
        if (page.isEmpty()) {
            response.status(Status.NOT_FOUND_404).send("There is no such page.\n");
            return;
        }
        response.header(HeaderNames.CONTENT_TYPE, page.get().contentType())
                .send(page.get().content());
    }
}
