package dev.stoa.client.link;

import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// One open WebSocket, from the handshake to its one end.
///
/// Text goes out by [#add] and [#write] and comes in by [Owner#received]; nothing is read before
/// [#start]. Reading stops while too many received messages wait for [#handled]. Thread-safe.
public final class Link {
    /// No close frame was seen (RFC 6455, section 7.4.1).
    public static final int ABNORMAL = 1006;

    private static final int TOO_BIG = 1009;

    /// Told what happens to a link, on threads of the network: must not block.
    public interface Owner {
        /// A whole text message came in; [Link#handled] must follow once it needs no memory any more.
        void received(Link link, byte[] text);

        /// A binary message came in, which the protocol does not know, and was dropped.
        void receivedBinary(Link link);

        /// The connection is over; called once, after which nothing follows.
        void closed(Link link, int code, String reason);
    }

    private final Ear ear;
    private final Owner owner;
    private final LinkLimits limits;
    private final Scheduler scheduler;
    private final WebSocket socket;
    private final Outbox outbox;
    private final ReadWindow window;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile Scheduler.Timer pingTimer = () -> {};
    private volatile boolean started;
    private volatile boolean heard;
    private volatile boolean closing;

    /// How the connection ended, seen before or after the start.
    private record Ending(int code, String reason) {}

    private Link(Ear ear, WebSocket socket, Owner owner, LinkLimits limits, Scheduler scheduler) {
        this.ear = ear;
        this.socket = socket;
        this.owner = owner;
        this.limits = limits;
        this.scheduler = scheduler;
        this.outbox = new Outbox(socket, limits.maxOutboundChars(), error -> abort(ABNORMAL, "write failed: " + error));
        this.window = new ReadWindow(limits.maxUnhandledMessages(), limits.maxMessageBytes());
    }

    /// Connects. The future completes with an open link that does not read yet, or fails as the
    /// connector says.
    public static CompletableFuture<Link> open(
            Connector connector, Handshake handshake, Owner owner, LinkLimits limits, Scheduler scheduler) {
        Ear ear = new Ear(limits.maxMessageBytes());
        return connector.connect(handshake, ear).thenApply(socket -> {
            Link link = new Link(ear, socket, owner, limits, scheduler);
            ear.link = link;
            return link;
        });
    }

    /// Begins to read and to watch the peer.
    public void start() {
        started = true;
        Ending early = ear.ending;
        if (early != null) {
            end(early.code, early.reason);
            return;
        }
        socket.request(1);
        schedulePing();
    }

    /// The subprotocol that the server chose; empty when none.
    public String subprotocol() {
        return socket.getSubprotocol();
    }

    /// Adds text to be written by [#write].
    ///
    /// @param limited whether the outbound limit counts; text that waited elsewhere before passes it
    public Admission add(String text, boolean limited) {
        return outbox.add(text, limited);
    }

    /// Writes what was added.
    public void write() {
        outbox.write();
    }

    /// Says that the application is done with a received message of `size` bytes.
    public void handled(int size) {
        if (window.handled(size)) {
            socket.request(1);
        }
    }

    /// Sends what was added, then a close frame. [Owner#closed] follows when the peer answers; an owner
    /// that will not wait longer calls [#abort].
    public void close(int code, String reason) {
        closing = true;
        if (window.isPaused()) {
            socket.request(1);
        }
        outbox.close(code, reason);
    }

    /// Cuts the connection and reports it as closed with `code`.
    public void abort(int code, String reason) {
        socket.abort();
        end(code, reason);
    }

    private void end(int code, String reason) {
        if (ended.compareAndSet(false, true)) {
            outbox.discard();
            pingTimer.cancel();
            owner.closed(this, code, reason);
        }
    }

    private void deliver(byte[] text) {
        if (closing && window.isPaused()) {
            socket.request(1);
            return;
        }
        window.arrived(text.length);
        owner.received(this, text);
        if (window.mayRead() || closing) {
            socket.request(1);
        }
    }

    private void schedulePing() {
        if (!limits.pingInterval().isZero()) {
            setPingTimer(limits.pingInterval(), this::ping);
        }
    }

    private void ping() {
        heard = false;
        socket.sendPing(ByteBuffer.allocate(0));
        setPingTimer(limits.pingTimeout(), this::checkAnswer);
    }

    /// Silence proves nothing while reading is stopped.
    private void checkAnswer() {
        if (heard || window.isPaused()) {
            schedulePing();
        } else {
            abort(ABNORMAL, "no answer to a ping within " + limits.pingTimeout().toMillis() + " ms");
        }
    }

    private void setPingTimer(Duration delay, Runnable task) {
        pingTimer = scheduler.schedule(delay, task);
        if (ended.get()) {
            pingTimer.cancel();
        }
    }

    /// Listens for one link; the JDK calls it from one thread at a time.
    private static final class Ear implements WebSocket.Listener {
        private final int maxMessageBytes;
        private final StringBuilder partial = new StringBuilder();
        private volatile @Nullable Link link;
        private volatile @Nullable Ending ending;

        private Ear(int maxMessageBytes) {
            this.maxMessageBytes = maxMessageBytes;
        }

        /// Asks for nothing yet: [Link#start] does.
        @Override
        public void onOpen(WebSocket socket) {}

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence piece, boolean last) {
            Link heardBy = hear();
            if (partial.length() + piece.length() > maxMessageBytes) {
                refuse(heardBy);
                return null;
            }
            if (!last) {
                partial.append(piece);
                socket.request(1);
                return null;
            }
            String text =
                    partial.isEmpty() ? piece.toString() : partial.append(piece).toString();
            forgetPartial();
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            if (bytes.length > maxMessageBytes) {
                refuse(heardBy);
            } else {
                heardBy.deliver(bytes);
            }
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer piece, boolean last) {
            Link heardBy = hear();
            if (last) {
                heardBy.owner.receivedBinary(heardBy);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onPing(WebSocket socket, ByteBuffer message) {
            hear();
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
            hear();
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            ended(code, reason);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            ended(ABNORMAL, "connection failed: " + error.getMessage());
        }

        /// An end before the start is kept for [Link#start], so that the owner knows the link before it
        /// ends.
        private void ended(int code, String reason) {
            ending = new Ending(code, reason);
            Link present = link;
            if (present != null && present.started) {
                present.end(code, reason);
            }
        }

        /// The JDK does not let a client send 1009, so the connection is cut.
        private void refuse(Link refusing) {
            forgetPartial();
            refusing.abort(TOO_BIG, "message exceeds " + maxMessageBytes + " bytes");
        }

        private void forgetPartial() {
            partial.setLength(0);
            partial.trimToSize();
        }

        private Link hear() {
            Link present = link;
            if (present == null) {
                throw new IllegalStateException("received before the link was started");
            }
            present.heard = true;
            return present;
        }
    }
}
