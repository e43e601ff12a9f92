package dev.stoa.app.api;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.util.List;

/// Tells browsers to run nothing but this site's own files, and to connect to this server's sockets
/// only. Immutable.
final class SecurityHeaders implements Filter {
    private final List<Header> headers;

    private SecurityHeaders(List<Header> headers) {
        this.headers = headers;
    }

    static SecurityHeaders of(ApiListener.Site site) {
        return new SecurityHeaders(List.of(
                HeaderValues.create(
                        "Content-Security-Policy",
                        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src "
                                + connectSources(site)
                                + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
                HeaderValues.create("X-Content-Type-Options", "nosniff"),
                HeaderValues.create("Referrer-Policy", "no-referrer"),
                HeaderValues.create("Cross-Origin-Opener-Policy", "same-origin"),
                HeaderValues.create("Cross-Origin-Resource-Policy", "same-origin"),
                HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-cache")));
    }

    private static String connectSources(ApiListener.Site site) {
        return switch (site) {
            case ApiListener.Site.Plain _ -> "'self'";
            case ApiListener.Site.WithPlayground(int port, boolean secure) -> {
                String scheme = secure ? "wss" : "ws";
                yield "'self' " + scheme + "://localhost:" + port + " " + scheme + "://127.0.0.1:" + port;
            }
        };
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        headers.forEach(response::header);
        chain.proceed();
    }
}
