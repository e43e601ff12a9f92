package dev.stoa.app.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.app.Web;
import dev.stoa.app.config.Configuration.Listen;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiListenerTest {
    private final AtomicBoolean ready = new AtomicBoolean(true);
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ApiListener api = ApiListener.start(
            new Listen("127.0.0.1", 0), new ApiListener.Site.WithPlayground(4711, false), ready::get, registry, null);

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void readinessFollowsTheServer() {
        assertThat(get("/health/ready").statusCode()).isEqualTo(200);

        ready.set(false);

        assertThat(get("/health/ready").statusCode()).isEqualTo(503);
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
    }

    @Test
    void metricsAreInThePrometheusFormat() {
        registry.counter("stoa.test.things").increment(3);

        HttpResponse<String> answer = get("/metrics");

        assertThat(answer.headers().firstValue("content-type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
        assertThat(answer.body()).contains("# TYPE stoa_test_things_total counter", "stoa_test_things_total 3.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/playground/", "/playground/main.js", "/metrics", "/health/live", "/nothing"})
    void everyAnswerCarriesTheSecurityHeaders(String path) {
        var headers = get(path).headers();

        assertThat(headers.firstValue("x-content-type-options")).hasValue("nosniff");
        assertThat(headers.firstValue("content-security-policy"))
                .hasValueSatisfying(policy -> assertThat(policy)
                        .contains(
                                "default-src 'none'",
                                "script-src 'self'",
                                "ws://localhost:4711",
                                "frame-ancestors 'none'"));
    }

    @Test
    void playgroundIsToldWhereTheSocketsAre() {
        assertThat(get("/playground/sockets.json").body()).isEqualTo("{\"port\":4711,\"secure\":false}\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/playground/", "/canvas/", "/docs/"})
    void everythingAPageNamesIsServed(String path) {
        String page = get(path).body();

        Matcher names = Pattern.compile("(?:href|src)=\"([^\"#]+)\"").matcher(page);
        assertThat(names.find()).isTrue();
        do {
            String name = names.group(1);
            if (name.equals("/openapi.json")) {
                continue; // the API's, which this listener was started without
            }
            HttpResponse<String> answer = get(name.startsWith("/") ? name : path + name);
            assertThat(answer.statusCode()).as(name).isEqualTo(200);
            assertThat(answer.headers().firstValue("content-type")).as(name).isPresent();
        } while (names.find());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/playground/main.js", "/canvas/main.js", "/assets/identity.js"})
    void everyModuleThatAModuleImportsIsServed(String path) {
        Matcher imports = Pattern.compile("(?:from|import\\() ?\"([^\"]+)\"")
                .matcher(get(path).body());
        assertThat(imports.find()).isTrue();
        do {
            String module = URI.create(path).resolve(imports.group(1)).getPath();
            assertThat(get(module).statusCode()).as(module).isEqualTo(200);
        } while (imports.find());
    }

    @Test
    void canvasClientIsPassedOnWithItsLicences() {
        assertThat(get("/canvas/canvas-store.js").body())
                .startsWith("/*\n@woven-ecs/canvas-store ")
                .contains("MIT License", "Copyright (c) 2026 Will Holt", "ISC License", "Jake Archibald");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/playground/none.js",
                "/playground/..%2fhome%2findex.html",
                "/assets/..%2f..%2flogback.xml",
                "/assets/..%5c..%5clogback.xml",
                "/assets/Main.class",
                "/assets/",
                "/playground/sockets.html"
            })
    void whatIsNoPageIsNotFound(String path) {
        assertThat(get(path).statusCode()).isEqualTo(404);
    }

    private HttpResponse<String> get(String path) {
        return Web.get("http://127.0.0.1:" + api.port() + path);
    }
}
