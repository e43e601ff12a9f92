package dev.stoa.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A WebSocket server whose every step is the test's: accepts TCP connections and hands them out in
/// order.
public final class ScriptedPeer implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 10;

    private final ServerSocket server;
    private final BlockingQueue<PeerConnection> arrived = new LinkedBlockingQueue<>();
    private final Queue<PeerConnection> all = new ConcurrentLinkedQueue<>();

    public ScriptedPeer() {
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
        Thread.ofVirtual().name("scripted-peer").start(this::acceptAll);
    }

    public String url() {
        return origin() + "/ws";
    }

    public String origin() {
        return "ws://127.0.0.1:" + server.getLocalPort();
    }

    /// A client of this peer that is not kept waiting by tests that end without answering its close.
    public StoaClientBuilder client() {
        return StoaClient.builder(url()).withoutPings().closeTimeout(Duration.ofMillis(100));
    }

    /// The next connection, its request read and not yet answered.
    public PeerConnection arrival() {
        try {
            PeerConnection next = arrived.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("no connection arrived within " + PATIENCE_SECONDS + " s");
            }
            return next;
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /// The next connection, open.
    public PeerConnection opened() {
        PeerConnection next = arrival();
        next.open();
        return next;
    }

    /// Connects the client, and returns this end of the connection when that end is open.
    public PeerConnection connected(StoaClient client) {
        var connecting = client.connectAsync();
        PeerConnection connection = opened();
        connecting.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
        return connection;
    }

    /// Whether nobody is waiting to be let in.
    public boolean isIdle() {
        return arrived.isEmpty();
    }

    private void acceptAll() {
        try {
            while (true) {
                Socket socket = server.accept();
                socket.setSoTimeout(PATIENCE_SECONDS * 1000);
                PeerConnection connection = new PeerConnection(socket);
                all.add(connection);
                if (connection.hasAsked()) {
                    arrived.add(connection);
                }
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        all.forEach(PeerConnection::drop);
    }
}
