package dev.stoa.client;

import dev.stoa.client.link.Handshake;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes the handshake of each attempt: the fixed parts, and a fresh token in its place (router
/// protocol, section 1.2).
///
/// No message made here holds a token. Immutable; as thread-safe as the token source.
///
/// @param uri where to connect
/// @param subprotocols the application's own
/// @param headers the application's own
/// @param tokens asked once for each attempt
/// @param placement where the token goes
/// @param timeout for the opening handshake
record Handshakes(
        URI uri,
        List<String> subprotocols,
        Map<String, String> headers,
        TokenSource tokens,
        TokenPlacement placement,
        Duration timeout) {
    private static final String SUBPROTOCOL_MARKS = "!#$%&'*+-.^_`|~";

    Handshakes {
        subprotocols = List.copyOf(subprotocols);
        headers = Map.copyOf(headers);
    }

    /// Asks for a token, which may block, and makes the next handshake.
    ///
    /// @throws Exception when there is no token, or none that fits its place
    Handshake next() throws Exception {
        String token = tokens.token();
        if (token == null) {
            return new Handshake(uri, distinct(subprotocols), headers, timeout);
        }
        return switch (placement) {
            case TokenPlacement.Query query ->
                new Handshake(withParameter(query.parameter(), token), distinct(subprotocols), headers, timeout);
            case TokenPlacement.Subprotocol place ->
                new Handshake(uri, withSubprotocol(place, token), headers, timeout);
            case TokenPlacement.Header() ->
                new Handshake(uri, distinct(subprotocols), withAuthorization(token), timeout);
        };
    }

    private URI withParameter(String name, String token) {
        if (token.isEmpty()) {
            return uri;
        }
        StringBuilder query = new StringBuilder();
        boolean placed = false;
        for (String[] parameter : parameters(uri.getRawQuery())) {
            if (!parameter[0].equals(name)) {
                append(query, parameter[0], parameter[1]);
            } else if (!placed) {
                append(query, name, token);
                placed = true;
            }
        }
        if (!placed) {
            append(query, name, token);
        }
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return URI.create(uri.getScheme() + "://" + uri.getRawAuthority() + path + "?" + query);
    }

    private static List<String[]> parameters(@Nullable String rawQuery) {
        List<String[]> parameters = new ArrayList<>();
        if (rawQuery == null) {
            return parameters;
        }
        for (String pair : rawQuery.split("&", -1)) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                String value = equals < 0 ? "" : pair.substring(equals + 1);
                parameters.add(new String[] {decoded(name), decoded(value)});
            }
        }
        return parameters;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static void append(StringBuilder query, String name, String value) {
        query.append(query.isEmpty() ? "" : "&")
                .append(URLEncoder.encode(name, StandardCharsets.UTF_8))
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
    }

    private List<String> withSubprotocol(TokenPlacement.Subprotocol place, String token) {
        if (!token.chars().allMatch(Handshakes::isSubprotocolCharacter)) {
            throw new IllegalArgumentException("the token has a character that no subprotocol may have");
        }
        List<String> offered = new ArrayList<>(subprotocols);
        String value = place.prefix() + token;
        switch (place.position()) {
            case APPEND -> offered.addLast(value);
            case PREPEND -> offered.addFirst(value);
        }
        return distinct(offered);
    }

    private static boolean isSubprotocolCharacter(int c) {
        return (c >= '0' && c <= '9')
                || (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || SUBPROTOCOL_MARKS.indexOf(c) >= 0;
    }

    private Map<String, String> withAuthorization(String token) {
        if (token.isEmpty()) {
            return headers;
        }
        if (!token.chars().allMatch(c -> c > 0x20 && c < 0x7F)) {
            throw new IllegalArgumentException("the token has a character that no header may have");
        }
        Map<String, String> all = new HashMap<>(headers);
        all.keySet().removeIf("Authorization"::equalsIgnoreCase);
        all.put("Authorization", "Bearer " + token);
        return all;
    }

    private static List<String> distinct(List<String> values) {
        Set<String> kept = new LinkedHashSet<>(values);
        kept.remove("");
        return List.copyOf(kept);
    }
}
