package dev.stoa.server.session;

import dev.stoa.server.delivery.Frame;
import dev.stoa.server.delivery.Outlet;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// A live connection. Its id is a UUID version 7 made here, stable for the connection's life and never
/// sent in a message.
///
/// Thread-safe.
public final class Session {
    private final String id;
    private final Endpoint endpoint;
    private final UpgradeRequest request;
    private final @Nullable Principal principal;
    private final @Nullable String subprotocol;
    private final ConnectionData data = new ConnectionData();
    private final Outlet outlet;
    private final Connection connection;
    private final long openedAt;

    /// The socket behind a session, as the network layer gives it. Any thread may call these.
    public interface Connection {
        /// Sends what was accepted, then a close frame, then waits for the peer's (bounded) and ends the
        /// connection.
        void close(CloseReason reason);

        /// Stops reading the socket, so that the peer's sends back up.
        void pauseReading();

        void resumeReading();

        /// Lets the conversation finish what is running, then closes, then runs `closed`.
        void drain(CloseReason reason, Runnable closed);

        boolean isOpen();
    }

    public Session(
            String id,
            Endpoint endpoint,
            UpgradeRequest request,
            Admission.Accept admission,
            Outlet outlet,
            Connection connection,
            long openedAt) {
        this.id = id;
        this.endpoint = endpoint;
        this.request = request;
        this.principal = admission.principal();
        this.subprotocol = admission.subprotocol();
        this.outlet = outlet;
        this.connection = connection;
        this.openedAt = openedAt;
        data.assign(admission.data());
    }

    public String id() {
        return id;
    }

    public Endpoint endpoint() {
        return endpoint;
    }

    /// The handshake it was opened with.
    public UpgradeRequest request() {
        return request;
    }

    public InetSocketAddress remoteAddress() {
        return request.remoteAddress();
    }

    /// Who it is; null for an anonymous peer.
    public @Nullable Principal principal() {
        return principal;
    }

    /// The negotiated subprotocol; null when none was offered.
    public @Nullable String subprotocol() {
        return subprotocol;
    }

    public ConnectionData data() {
        return data;
    }

    /// Wall-clock milliseconds at which it was opened.
    public long openedAt() {
        return openedAt;
    }

    public boolean isOpen() {
        return connection.isOpen();
    }

    /// Sends a frame after everything sent before; silently nothing once closed.
    public void send(Frame frame) {
        outlet.send(frame);
    }

    /// Bytes sent and not yet taken by the kernel.
    public long backlogBytes() {
        return outlet.backlogBytes();
    }

    /// The way out to its socket, for delivery.
    public Outlet outlet() {
        return outlet;
    }

    /// Closes with 1000.
    public void close() {
        close(CloseReason.NORMAL);
    }

    /// Closes after what was sent before; does nothing if it is closing already.
    ///
    /// @throws IllegalArgumentException when the code must not stand in a close frame (1004, 1005, 1006,
    ///     1015)
    public void close(CloseReason reason) {
        if (!reason.isSendable()) {
            throw new IllegalArgumentException("close code " + reason.code() + " must not be sent");
        }
        connection.close(reason);
    }

    /// Closes after what was sent before; does nothing if it is closing already.
    public void close(int code, String reason) {
        close(new CloseReason(code, reason));
    }

    /// Stops reading from the peer until [#resumeReading].
    public void pauseReading() {
        connection.pauseReading();
    }

    public void resumeReading() {
        connection.resumeReading();
    }

    /// Closes once the conversation has finished what is running, then runs `closed`; at once if it is
    /// closed already.
    public void drain(CloseReason reason, Runnable closed) {
        connection.drain(reason, closed);
    }

    @Override
    public String toString() {
        return "Session[" + id + "]";
    }
}
