package dev.stoa.client.room;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A way to a server that the test breaks and mends; TCP in the middle. The server may move to another port.
/// Thread-safe.
final class BreakableNetwork implements AutoCloseable {
    private final ServerSocket entrance;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile int port;
    private volatile boolean broken;

    BreakableNetwork(int port) {
        this.port = port;
        try {
            entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
        Thread.startVirtualThread(this::acceptAll);
    }

    String origin() {
        return "ws://127.0.0.1:" + entrance.getLocalPort();
    }

    /// Cuts every connection and lets none through.
    void breakDown() {
        broken = true;
        sockets.forEach(BreakableNetwork::reset);
    }

    void mend(int newPort) {
        port = newPort;
        broken = false;
    }

    private void acceptAll() {
        try {
            while (true) {
                Socket near = entrance.accept();
                sockets.add(near);
                if (broken) {
                    reset(near);
                    continue;
                }
                Thread.startVirtualThread(() -> forward(near));
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private void forward(Socket near) {
        try {
            Socket far = new Socket(InetAddress.getLoopbackAddress(), port);
            sockets.add(far);
            if (broken) {
                reset(far);
            }
            Thread.startVirtualThread(() -> pump(far, near));
            pump(near, far);
        } catch (IOException unreachable) {
            reset(near);
        }
    }

    private static void pump(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException cut) {
            reset(from);
            reset(to);
        }
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException closed) {
            // as wanted
        }
    }

    @Override
    public void close() throws IOException {
        entrance.close();
        sockets.forEach(BreakableNetwork::reset);
    }
}
