package dev.stoa.app;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A client that sends what a test says and waits for what should come. Confined to one thread.
public final class Peer implements AutoCloseable {
    private final BlockingQueue<JsonNode> received = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final WebSocket socket;

    private Peer(String address) {
        socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create(address), new Collector())
                .join();
    }

    public static Peer connect(String address) {
        return new Peer(address);
    }

    /// The HTTP status with which a connection is refused.
    public static int refusalOf(String address) {
        try (Peer peer = new Peer(address)) {
            throw new AssertionError("the connection opened: " + peer);
        } catch (CompletionException refused) {
            if (refused.getCause() instanceof WebSocketHandshakeException handshake) {
                return handshake.getResponse().statusCode();
            }
            throw refused;
        }
    }

    /// The code that the server closes a connection with which it lets in no further.
    public static int closeCodeOf(String address) {
        Peer peer = new Peer(address);
        return peer.closed.orTimeout(10, TimeUnit.SECONDS).join();
    }

    public Peer send(String json) {
        socket.sendText(json, true).join();
        return this;
    }

    /// The code that the server closes the connection with.
    public int closeCode() {
        return closed.orTimeout(10, TimeUnit.SECONDS).join();
    }

    /// The payload of the next message, which must have that type.
    public JsonNode expect(String type) {
        return next(type).path("payload");
    }

    /// The next message, which must have that type.
    public JsonNode next(String type) {
        JsonNode message = next();
        if (!message.path("type").asString("").equals(type)) {
            throw new AssertionError("expected " + type + ", got " + message);
        }
        return message;
    }

    /// The next message.
    public JsonNode next() {
        try {
            JsonNode message = received.poll(10, TimeUnit.SECONDS);
            if (message == null) {
                throw new AssertionError("nothing came within 10 s");
            }
            return message;
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /// Disconnects, unless the server has done so, which may happen at any moment.
    @Override
    public void close() {
        socket.sendClose(1000, "").exceptionally(_ -> socket).join();
    }

    private final class Collector implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            closed.complete(code);
            return null;
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                received.add(JsonMapper.shared().readTree(text.toString()));
                text.setLength(0);
            }
            from.request(1);
            return null;
        }
    }
}
