package dev.stoa.client.link;

import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The JDK's own WebSocket. Thread-safe.
public final class HttpClientConnector implements Connector {
    private final ReentrantLock lock = new ReentrantLock();
    private final boolean owned;
    private @Nullable HttpClient client;

    private HttpClientConnector(boolean owned, @Nullable HttpClient client) {
        this.owned = owned;
        this.client = client;
    }

    /// With an HTTP client of its own, made for the first connection and shut down by [#close], threads
    /// included.
    public static HttpClientConnector owned() {
        return new HttpClientConnector(true, null);
    }

    /// With the application's HTTP client, for its TLS, proxy and cookie settings; never shut down from
    /// here.
    public static HttpClientConnector of(HttpClient client) {
        return new HttpClientConnector(false, client);
    }

    @Override
    public CompletableFuture<WebSocket> connect(Handshake handshake, WebSocket.Listener listener) {
        WebSocket.Builder builder = client().newWebSocketBuilder().connectTimeout(handshake.timeout());
        handshake.headers().forEach(builder::header);
        var offered = handshake.subprotocols();
        if (!offered.isEmpty()) {
            builder.subprotocols(
                    offered.getFirst(), offered.subList(1, offered.size()).toArray(String[]::new));
        }
        return builder.buildAsync(handshake.uri(), listener);
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (owned && client != null) {
                client.shutdownNow();
                client = null;
            }
        } finally {
            lock.unlock();
        }
    }

    private HttpClient client() {
        lock.lock();
        try {
            if (client == null) {
                client = HttpClient.newHttpClient();
            }
            return client;
        } finally {
            lock.unlock();
        }
    }
}
