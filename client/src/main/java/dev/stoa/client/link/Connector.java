package dev.stoa.client.link;

import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;

/// Opens WebSockets: the client's only door to the network.
///
/// Implementations are thread-safe and do not block. A refused handshake is best reported as the JDK
/// does, by a [java.net.http.WebSocketHandshakeException].
@FunctionalInterface
public interface Connector {
    /// Starts one opening handshake. `listener` follows the rules of [WebSocket.Listener]; nothing is
    /// received before it asks.
    CompletableFuture<WebSocket> connect(Handshake handshake, WebSocket.Listener listener);

    /// Gives up threads; a later [#connect] starts afresh.
    default void close() {}
}
