package dev.stoa.server.limit;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Decides from which web pages browsers may connect, by the `Origin` header (RFC 6454). Immutable.
///
/// Any page may open a socket to any server, and the browser sends that server's cookies along; the
/// origin is all that tells a page of ours from a stranger's. Denied unless one of these holds:
///
/// - **No origin**: the peer is not a browser, and an origin would prove nothing.
/// - **Same host**: the origin's host and port are those of the `Host` header, where a port that is the
///   default for the origin's scheme may be written or not, as browsers leave it out. The scheme is not
///   compared, since a proxy in front may have ended TLS.
/// - **Loopback**: an `http` or `https` origin of `localhost`, `*.localhost`, `127.*.*.*` or `[::1]`,
///   with any port: a page served by the user's own machine.
/// - **Allowed**: the list holds exactly this origin, scheme and port included (`https://app.example`,
///   `https://app.example:8443`), or `*`, which is any origin. The opaque origin `null`, which sandboxed
///   frames and local files send, must be listed as `null` or covered by `*`.
public final class OriginPolicy {
    private static final String ANY = "*";
    private static final String OPAQUE = "null";
    private static final Pattern ORIGIN =
            Pattern.compile("([a-z][a-z0-9+.-]*)://([^\\s/?#@:\\[\\]]+|\\[[0-9a-f:.]+])(?::([0-9]{1,5}))?");
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|(?:[^.]+\\.)+localhost|127\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}|\\[::1]");
    private static final OriginPolicy STRICT = new OriginPolicy(Set.of());

    private final Set<String> allowed;

    private OriginPolicy(Set<String> allowed) {
        this.allowed = allowed;
    }

    /// Same host and loopback only.
    public static OriginPolicy sameHost() {
        return STRICT;
    }

    /// Same host, loopback and the listed origins.
    ///
    /// @throws IllegalArgumentException when an entry is neither an origin (no path, no trailing slash),
    ///     `null` nor `*`
    public static OriginPolicy allowing(Collection<String> origins) {
        return new OriginPolicy(origins.stream().map(OriginPolicy::entry).collect(Collectors.toUnmodifiableSet()));
    }

    /// As [#allowing(Collection)].
    public static OriginPolicy allowing(String... origins) {
        return allowing(List.of(origins));
    }

    /// Whether a handshake with these headers may go on.
    ///
    /// @param origin the `Origin` header; null when absent
    /// @param host the `Host` header; null when absent
    public boolean allows(@Nullable String origin, @Nullable String host) {
        if (origin == null || allowed.contains(ANY)) {
            return true;
        }
        if (origin.equals(OPAQUE)) {
            return allowed.contains(OPAQUE);
        }
        Origin page = Origin.parse(origin);
        return page != null && (page.isLoopback() || page.isOf(host) || allowed.contains(page.toString()));
    }

    private static String entry(String origin) {
        if (origin.equals(ANY) || origin.equals(OPAQUE)) {
            return origin;
        }
        Origin parsed = Origin.parse(origin);
        if (parsed == null) {
            throw new IllegalArgumentException(
                    "not an origin (scheme://host or scheme://host:port), null or *: " + origin);
        }
        return parsed.toString();
    }

    /// An origin in one spelling: lower case, without its scheme's default port.
    ///
    /// @param port empty, or a colon and the number
    private record Origin(String scheme, String host, String port) {
        static @Nullable Origin parse(String text) {
            Matcher matcher = ORIGIN.matcher(text.toLowerCase(Locale.ROOT));
            if (!matcher.matches()) {
                return null;
            }
            String scheme = matcher.group(1);
            String port = matcher.group(3);
            return new Origin(scheme, matcher.group(2), port == null || isDefault(scheme, port) ? "" : ":" + port);
        }

        boolean isLoopback() {
            return isWeb() && LOOPBACK.matcher(host).matches();
        }

        boolean isOf(@Nullable String hostHeader) {
            return hostHeader != null && isWeb() && equals(parse(scheme + "://" + hostHeader));
        }

        private boolean isWeb() {
            return scheme.equals("http") || scheme.equals("https");
        }

        private static boolean isDefault(String scheme, String port) {
            return switch (scheme) {
                case "http" -> port.equals("80");
                case "https" -> port.equals("443");
                default -> false;
            };
        }

        @Override
        public String toString() {
            return scheme + "://" + host + port;
        }
    }
}
