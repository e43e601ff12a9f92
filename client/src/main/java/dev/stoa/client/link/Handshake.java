package dev.stoa.client.link;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// What one attempt to connect asks for. Immutable.
///
/// @param uri where, with scheme `ws` or `wss`, its query complete
/// @param subprotocols offered subprotocols, most wanted first, without duplicates
/// @param headers further request headers
/// @param timeout how long the whole opening handshake may take
public record Handshake(URI uri, List<String> subprotocols, Map<String, String> headers, Duration timeout) {
    public Handshake {
        subprotocols = List.copyOf(subprotocols);
        headers = Map.copyOf(headers);
    }

    /// Leaves out what may hold a token.
    @Override
    public String toString() {
        return "Handshake[" + uri.getScheme() + "://" + uri.getRawAuthority() + uri.getRawPath() + "]";
    }
}
