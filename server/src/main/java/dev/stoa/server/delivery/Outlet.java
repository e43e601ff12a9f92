package dev.stoa.server.delivery;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The way out to one socket. [#send] may be called from any thread; frames sent in one turn of the loop
/// share a buffer and leave in one write.
///
/// Bounded: once more than `maxBacklogBytes` wait for a peer that does not read, nothing more is
/// accepted and the overflow callback runs once, on the loop.
public final class Outlet {
    private static final int BATCH_BYTES = 64 * 1024;
    private static final int USUAL_BYTES = 512;

    private final DeliveryLoop loop;
    private final ChannelHandlerContext channel;
    private final Channel.Unsafe unsafe;
    private final boolean compressing;
    private final long maxBacklogBytes;
    private final Runnable onOverflow;
    private final AtomicLong queuedBytes = new AtomicLong();
    private volatile boolean closed;
    private volatile boolean overflowed;
    private boolean overflowReported;
    private boolean dirty;
    private @Nullable ByteBuf batch;
    private @Nullable List<Seat> seats;

    /// @param channel where writes enter the pipeline; bytes, not frames, are written to it
    /// @param compressing whether `permessage-deflate` was negotiated
    /// @param maxBacklogBytes hard limit of bytes waiting for the peer
    /// @param onOverflow called once on the loop when the limit is passed
    public Outlet(
            DeliveryLoop loop,
            ChannelHandlerContext channel,
            boolean compressing,
            long maxBacklogBytes,
            Runnable onOverflow) {
        this.loop = loop;
        this.channel = channel;
        this.unsafe = channel.channel().unsafe();
        this.compressing = compressing;
        this.maxBacklogBytes = maxBacklogBytes;
        this.onOverflow = onOverflow;
    }

    public DeliveryLoop loop() {
        return loop;
    }

    /// Sends a frame, after everything sent before. Silently nothing once the outlet is closed or has
    /// overflowed.
    public void send(Frame frame) {
        if (isShut()) {
            return;
        }
        if (loop.isDirect()) {
            write(frame);
            return;
        }
        int size = frame.size();
        if (queuedBytes.addAndGet(size) > maxBacklogBytes) {
            queuedBytes.addAndGet(-size);
            overflowed = true;
            loop.run(this::overflow);
            return;
        }
        loop.run(() -> {
            queuedBytes.addAndGet(-size);
            write(frame);
        });
    }

    /// Bytes accepted and not yet taken by the kernel; from other threads than the loop a moment old.
    public long backlogBytes() {
        ChannelOutboundBuffer buffer = unsafe.outboundBuffer();
        return queuedBytes.get() + (buffer == null ? 0 : buffer.totalPendingWriteBytes());
    }

    /// Stops accepting frames; those already accepted still leave. Call on the loop.
    public void close() {
        assert loop.isCurrent();
        if (closed) {
            return;
        }
        if (!loop.nothingPending()) {
            catchUp();
        }
        flush();
        closed = true;
    }

    /// Frees what was not written. Call on the loop once the socket is gone.
    public void release() {
        assert loop.isCurrent();
        closed = true;
        ByteBuf unsent = batch;
        batch = null;
        if (unsent != null) {
            unsent.release();
        }
    }

    boolean isCompressing() {
        return compressing;
    }

    boolean isClosed() {
        return closed;
    }

    void sitIn(Seat seat) {
        List<Seat> known = seats;
        if (known == null) {
            known = new ArrayList<>(2);
            seats = known;
        }
        known.add(seat);
    }

    void leave(Seat seat) {
        if (seats != null) {
            seats.remove(seat);
        }
    }

    /// Whether nothing more is accepted. After an overflow even what waits in queues is dropped: the
    /// peer must not see what follows a gap.
    private boolean isShut() {
        return closed || overflowed;
    }

    private void write(Frame frame) {
        if (isShut()) {
            loop.counters().dropped();
            return;
        }
        if (!loop.nothingPending()) {
            catchUp();
        }
        Frame wire = compressing ? frame.deflated(loop.deflation()) : frame;
        append(wire);
        loop.counters().sent(1, wire.size());
    }

    private void append(Frame frame) {
        ByteBuf buffer = batch;
        if (buffer == null) {
            buffer = loop.allocator().directBuffer(Math.max(USUAL_BYTES, frame.size()));
            batch = buffer;
        }
        buffer.writeBytes(frame.array(), frame.offset(), frame.size());
        markDirty();
        if (buffer.readableBytes() >= BATCH_BYTES) {
            writeBatch();
            channel.flush();
            checkBacklog();
        }
    }

    /// Takes ownership of one reference to `shared`.
    ///
    /// @param alone whether nothing else can follow for this socket in this turn, so that it may be
    ///     flushed now
    void writeShared(ByteBuf shared, boolean alone) {
        if (isShut()) {
            shared.release();
            loop.counters().dropped();
            return;
        }
        if (alone && batch == null && !dirty) {
            channel.writeAndFlush(shared, channel.voidPromise());
        } else {
            writeBatch();
            channel.write(shared, channel.voidPromise());
            markDirty();
        }
        checkBacklog();
    }

    void flush() {
        dirty = false;
        if (closed) {
            return;
        }
        writeBatch();
        channel.flush();
        checkBacklog();
    }

    private void writeBatch() {
        ByteBuf buffer = batch;
        if (buffer != null) {
            batch = null;
            channel.write(buffer, channel.voidPromise());
        }
    }

    /// Writes this socket's share of what its audiences have collected in this turn, so that a frame of
    /// its own that follows does not overtake it.
    private void catchUp() {
        if (seats == null) {
            return;
        }
        for (int i = 0; i < seats.size(); i++) {
            seats.get(i).catchUp();
        }
    }

    private void markDirty() {
        if (!dirty) {
            dirty = true;
            loop.isDirty(this);
        }
    }

    private void checkBacklog() {
        ChannelOutboundBuffer buffer = unsafe.outboundBuffer();
        if (buffer != null && buffer.totalPendingWriteBytes() > maxBacklogBytes) {
            overflow();
        }
    }

    private void overflow() {
        overflowed = true;
        if (!overflowReported && !closed) {
            overflowReported = true;
            loop.counters().slowConsumer();
            loop.later(onOverflow);
        }
    }
}
