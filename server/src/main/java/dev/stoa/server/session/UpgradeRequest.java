package dev.stoa.server.session;

import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A peer's wish to open a connection, before anything is answered (router protocol, section 1.2).
/// Immutable.
///
/// @param path the path without the query
/// @param query decoded query parameters; `+` is a space
/// @param headers by lower-case name, in the order sent
/// @param subprotocols the values offered in `Sec-WebSocket-Protocol`, in order
/// @param remoteAddress the peer at the other end of the TCP connection
/// @param secure whether the connection is encrypted
public record UpgradeRequest(
        String path,
        Map<String, List<String>> query,
        Map<String, List<String>> headers,
        List<String> subprotocols,
        InetSocketAddress remoteAddress,
        boolean secure) {

    /// The first value of a query parameter.
    public Optional<String> queryParameter(String name) {
        return query.getOrDefault(name, List.of()).stream().findFirst();
    }

    /// The first value of a header; names ignore case.
    public Optional<String> header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()).stream()
                .findFirst();
    }

    /// The first offered subprotocol that starts with `prefix`, without it: where clients put a token
    /// (`bearer.<token>`).
    public Optional<String> subprotocolToken(String prefix) {
        return subprotocols.stream()
                .filter(value -> value.startsWith(prefix))
                .findFirst()
                .map(value -> value.substring(prefix.length()));
    }

    /// The token wherever clients put it: query parameter `access_token`, a `bearer.` subprotocol, or an
    /// `Authorization: Bearer` header, looked for in that order.
    public Optional<String> token() {
        return queryParameter("access_token")
                .or(() -> subprotocolToken("bearer."))
                .or(() -> header("authorization")
                        .filter(value -> value.regionMatches(true, 0, "Bearer ", 0, 7))
                        .map(value -> value.substring(7).trim()));
    }

    /// Takes a raw query apart (form encoding). Malformed escapes are kept as they are.
    public static Map<String, List<String>> parseQuery(String rawQuery) {
        Map<String, List<String>> query = new LinkedHashMap<>();
        for (String pair : rawQuery.split("&")) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = decode(equals < 0 ? pair : pair.substring(0, equals));
                String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
                query.computeIfAbsent(name, _ -> new ArrayList<>(1)).add(value);
            }
        }
        return query;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return text;
        }
    }
}
