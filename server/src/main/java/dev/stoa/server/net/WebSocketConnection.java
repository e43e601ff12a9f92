package dev.stoa.server.net;

import dev.stoa.server.delivery.DeliveryLoop;
import dev.stoa.server.delivery.Frame;
import dev.stoa.server.delivery.Outlet;
import dev.stoa.server.port.Timers;
import dev.stoa.server.session.Admission;
import dev.stoa.server.session.CloseReason;
import dev.stoa.server.session.Conversation;
import dev.stoa.server.session.Endpoint;
import dev.stoa.server.session.Heartbeat;
import dev.stoa.server.session.Session;
import dev.stoa.server.session.Sessions;
import dev.stoa.server.session.UpgradeRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// One open WebSocket: reads frames into the endpoint's conversation, probes for liveness, and closes in
/// order.
///
/// Confined to its event loop, except for what [Session.Connection] offers.
final class WebSocketConnection implements Session.Connection, FrameReader.Sink {
    private static final System.Logger LOG = System.getLogger(WebSocketConnection.class.getName());
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
    private static final int SPARE_BYTES = 128;
    private static final CloseReason OPEN_FAILED = new CloseReason(1011, "Internal server error");
    private static final byte[] NOTHING = {};

    private final DeliveryLoop loop;
    private final Timers timers;
    private final Sessions sessions;
    private final FrameReader reader;
    private final Outlet outlet;
    private final Session session;
    private final ChannelHandlerContext channel;
    private Conversation conversation = new Opening();
    private volatile boolean open = true;
    private boolean paused;
    private boolean reading;
    private boolean broken;
    private @Nullable ByteBuf unread;
    private long lastReadNanos;
    private long receivedAt;
    private Timers.@Nullable Timeout heartbeat;
    private Timers.@Nullable Timeout verdict;
    private Timers.@Nullable Timeout closeLimit;

    /// What a connection is made of.
    record Parts(
            String id,
            Endpoint endpoint,
            UpgradeRequest request,
            Admission.Accept admission,
            boolean compressing,
            DeliveryLoop loop,
            Timers timers,
            Sessions sessions) {}

    private WebSocketConnection(Parts parts, ChannelHandlerContext channel) {
        var limits = parts.endpoint().limits();
        this.loop = parts.loop();
        this.timers = parts.timers();
        this.sessions = parts.sessions();
        this.channel = channel;
        this.reader = new FrameReader(
                () -> conversation.maxMessageBytes(limits.maxMessageBytes()),
                parts.compressing() ? loop::deflation : null);
        this.outlet = new Outlet(
                loop,
                channel,
                parts.compressing(),
                limits.maxBacklogBytes(),
                () -> close(parts.endpoint().slowConsumerReason()));
        this.session = new Session(
                parts.id(), parts.endpoint(), parts.request(), parts.admission(), outlet, this, timers.millis());
        this.lastReadNanos = timers.nanoTime();
    }

    /// Takes over a channel whose handshake was just answered, in place of the handler behind
    /// `handshake`.
    ///
    /// @param received bytes that came after the handshake; ownership passes
    static void takeOver(ChannelHandlerContext handshake, Parts parts, @Nullable ByteBuf received) {
        var handler = new Handler();
        handshake.pipeline().replace(handshake.handler(), "websocket", handler);
        var connection = new WebSocketConnection(parts, handshake.pipeline().context(handler));
        handler.connection = connection;
        connection.converse(parts.endpoint());
        if (received != null) {
            connection.read(received);
        }
        connection.channel.channel().config().setAutoRead(!connection.paused);
    }

    private void converse(Endpoint endpoint) {
        sessions.add(session);
        Conversation opening = conversation;
        try {
            conversation = endpoint.open(session);
        } catch (RuntimeException error) {
            LOG.log(System.Logger.Level.ERROR, "endpoint " + endpoint.name() + " failed to open a session", error);
            beginClose(OPEN_FAILED);
            return;
        }
        if (opening instanceof Opening(AtomicReference<CloseReason> ended) && ended.get() != null) {
            conversation.onClosed(ended.get());
            return;
        }
        Heartbeat settings = endpoint.limits().heartbeat();
        if (settings != null) {
            scheduleProbe(settings);
        }
    }

    private void read(ByteBuf received) {
        lastReadNanos = timers.nanoTime();
        receivedAt = timers.millis();
        ByteBuf known = unread;
        if (known == null) {
            unread = received;
        } else {
            known.writeBytes(received);
            received.release();
        }
        readFrames();
    }

    private void readFrames() {
        ByteBuf in = unread;
        if (in == null || reading) {
            return;
        }
        reading = true;
        try {
            while (!paused && !broken && reader.readFrame(in, this)) {
                continue;
            }
        } catch (FrameReader.Violation violation) {
            fail(violation);
        } finally {
            reading = false;
        }
        keepRest(in);
    }

    /// Ends a connection whose peer broke the protocol: nothing it sends from here on is looked at, not
    /// even its close frame, so it is not waited for.
    private void fail(FrameReader.Violation violation) {
        broken = true;
        if (!open) {
            channel.close();
            return;
        }
        CloseReason reason = new CloseReason(violation.code(), String.valueOf(violation.getMessage()));
        HalfClose.after(closeWith(ClosePayload.of(reason)));
        end(reason);
    }

    /// Keeps what is left of a large receive buffer in a small one, so that a slow or paused peer holds
    /// little memory.
    private void keepRest(ByteBuf in) {
        if (broken || !in.isReadable()) {
            dropUnread();
        } else if (in.readerIndex() > 0 || in.capacity() > 2 * in.readableBytes() + SPARE_BYTES) {
            ByteBuf rest = channel.alloc().buffer(in.readableBytes() + SPARE_BYTES);
            rest.writeBytes(in);
            in.release();
            unread = rest;
        }
    }

    private void dropUnread() {
        ByteBuf known = unread;
        unread = null;
        if (known != null) {
            known.release();
        }
    }

    @Override
    public void onMessage(byte[] message, boolean binary) {
        loop.counters().received(message.length);
        if (open) {
            conversation.onMessage(message, binary, receivedAt);
        }
    }

    @Override
    public void onPing(byte[] payload) {
        outlet.send(Frame.control(10, payload));
    }

    @Override
    public void onPong() {
        // any bytes count as a sign of life: read has noted it
    }

    @Override
    public void onClose(byte[] payload) {
        if (!open) {
            channel.close();
            return;
        }
        CloseReason reason;
        try {
            reason = ClosePayload.parse(payload);
        } catch (FrameReader.Violation violation) {
            fail(violation);
            return;
        }
        closeWith(ClosePayload.echoOf(reason)).addListener(ChannelFutureListener.CLOSE);
        end(reason);
    }

    @Override
    public void close(CloseReason reason) {
        loop.run(() -> beginClose(reason));
    }

    private void beginClose(CloseReason reason) {
        if (!open) {
            return;
        }
        closeWith(ClosePayload.of(reason));
        resumeOnLoop();
        end(reason);
    }

    /// Sends a close frame as the last one. Whatever becomes of it, TCP ends soon.
    private ChannelFuture closeWith(byte[] payload) {
        open = false;
        outlet.close();
        closeLimit = timers.schedule(CLOSE_TIMEOUT, () -> loop.run(channel::close));
        return channel.writeAndFlush(
                Unpooled.wrappedBuffer(Frame.control(8, payload).wire()));
    }

    /// Tells everyone, once.
    private void end(CloseReason reason) {
        stopHeartbeat();
        sessions.remove(session);
        conversation.onClosed(reason);
    }

    private void inactive() {
        dropUnread();
        if (closeLimit != null) {
            closeLimit.cancel();
        }
        if (open) {
            open = false;
            end(CloseReason.LOST);
        }
        outlet.release();
    }

    private void failed(Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.log(System.Logger.Level.WARNING, "connection of session " + session.id() + " failed", cause);
        }
        channel.close();
    }

    @Override
    public void drain(CloseReason reason, Runnable closed) {
        loop.run(() -> {
            if (!channel.channel().isActive()) {
                closed.run();
                return;
            }
            channel.channel().closeFuture().addListener(_ -> closed.run());
            if (open) {
                conversation.drain(() -> close(reason));
            }
        });
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void pauseReading() {
        loop.run(() -> {
            if (open && !paused) {
                paused = true;
                channel.channel().config().setAutoRead(false);
            }
        });
    }

    @Override
    public void resumeReading() {
        loop.run(this::resumeOnLoop);
    }

    private void resumeOnLoop() {
        if (paused) {
            paused = false;
            readFrames();
            if (!paused) {
                channel.channel().config().setAutoRead(true);
            }
        }
    }

    private void scheduleProbe(Heartbeat settings) {
        heartbeat = timers.schedule(settings.interval(), () -> loop.run(() -> probe(settings)));
    }

    /// Pings each interval, whether or not the last ping is still waiting for its answer.
    private void probe(Heartbeat settings) {
        if (!open) {
            return;
        }
        if (verdict == null) {
            long askedAt = timers.nanoTime();
            verdict = timers.schedule(settings.timeout(), () -> loop.run(() -> judge(askedAt)));
        }
        scheduleProbe(settings);
        outlet.send(Frame.control(9, NOTHING));
    }

    private void judge(long askedAt) {
        if (!open) {
            return;
        }
        if (lastReadNanos - askedAt >= 0 || paused) {
            verdict = null;
        } else {
            // The verdict stays, so that it is given once.
            stopHeartbeat();
            conversation.onStale(() -> close(Heartbeat.STALE));
        }
    }

    private void stopHeartbeat() {
        if (heartbeat != null) {
            heartbeat.cancel();
        }
        if (verdict != null) {
            verdict.cancel();
        }
    }

    /// Stands in while the endpoint makes the conversation: remembers an end that comes as early as
    /// that.
    private record Opening(AtomicReference<CloseReason> ended) implements Conversation {
        Opening() {
            this(new AtomicReference<>());
        }

        @Override
        public void onMessage(byte[] message, boolean binary, long receivedAt) {
            throw new IllegalStateException("nothing is read before the conversation is there");
        }

        @Override
        public void onClosed(CloseReason reason) {
            ended.set(reason);
        }
    }

    /// Forwards to the connection, which needs its channel context before it can be made.
    private static final class Handler extends ChannelInboundHandlerAdapter {
        private @Nullable WebSocketConnection connection;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (connection != null) {
                connection.read((ByteBuf) message);
            } else {
                ReferenceCountUtil.release(message);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            if (connection != null) {
                connection.inactive();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            if (connection != null) {
                connection.failed(cause);
            }
        }
    }
}
