package dev.stoa.server.http;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Lets callers in: by an API key, or, where there are none, by being on this machine. Immutable.
///
/// Without keys the listener is on loopback, which keeps other machines out but not web pages in a browser on this
/// one. So a request must be made to a loopback name (a page's own domain, pointed at 127.0.0.1, is refused), and
/// not by a page from elsewhere.
final class Door {
    private static final String SCHEME = "bearer ";
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final List<ApiKey> keys;

    Door(List<ApiKey> keys) {
        this.keys = keys;
    }

    /// @throws ProtocolException when the caller may not come in
    Caller admit(ApiRequest request) {
        if (keys.isEmpty()) {
            requireLocal(request);
            return Caller.LOCAL;
        }
        String given = request.header("authorization");
        if (given == null) {
            throw unknown("there is no API key: send Authorization: Bearer <key>");
        }
        if (!given.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw unknown("the Authorization header must be Bearer and an API key");
        }
        String secret = given.substring(SCHEME.length()).strip();
        Caller caller = null;
        for (ApiKey key : keys) {
            // All are compared, whichever fits.
            if (key.matches(secret)) {
                caller = Caller.of(key);
            }
        }
        if (caller == null) {
            throw unknown("the API key is not known");
        }
        return caller;
    }

    private static void requireLocal(ApiRequest request) {
        String host = request.header("host");
        if (!isLoopback(hostOf(host == null ? "" : "http://" + host))) {
            throw denied("without API keys requests must be made to localhost, not to " + host);
        }
        String origin = request.header("origin");
        if (origin != null && !isLoopback(hostOf(origin))) {
            throw denied("without API keys pages from " + origin + " may not ask");
        }
        if ("cross-site".equals(request.header("sec-fetch-site"))) {
            throw denied("without API keys pages from elsewhere may not ask");
        }
    }

    private static boolean isLoopback(@Nullable String host) {
        return host != null && LOOPBACK.contains(host);
    }

    private static @Nullable String hostOf(String url) {
        try {
            return URI.create(url).getHost();
        } catch (IllegalArgumentException malformed) {
            return null;
        }
    }

    private static ProtocolException unknown(String message) {
        return ProtocolException.ofPeer(ErrorCode.UNAUTHENTICATED, message, Map.of());
    }

    private static ProtocolException denied(String message) {
        return ProtocolException.ofPeer(ErrorCode.PERMISSION_DENIED, message, Map.of());
    }
}
