package dev.stoa.bench;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The subscribers of one topic, by event loop, and what each loop published to it in its present turn.
///
/// The state of a loop is confined to that loop: a publisher fills its own loop's batch, which at the end of the turn
/// goes to the subscribers of that loop directly and to each other loop as one task.
final class BareTopic {
    private static final int BATCH_BYTES = 64 * 1024;
    private static final int FIRST_BYTES = 4 * 1024;

    private final List<Part> parts = new ArrayList<>();

    /// What belongs to one loop.
    private static final class Part {
        final BareLoop loop;
        final List<ChannelHandlerContext> subscribers = new ArrayList<>();
        volatile boolean subscribed;

        @Nullable
        ByteBuf batch;

        Part(BareLoop loop) {
            this.loop = loop;
        }

        void deliver(ByteBuf frames) {
            for (int i = 0; i < subscribers.size(); i++) {
                ChannelHandlerContext subscriber = subscribers.get(i);
                subscriber.write(frames.retainedDuplicate(), subscriber.voidPromise());
                subscriber.flush();
            }
            frames.release();
        }
    }

    BareTopic(List<BareLoop> loops) {
        for (BareLoop loop : loops) {
            parts.add(new Part(loop));
        }
    }

    void subscribe(BareLoop loop, ChannelHandlerContext subscriber) {
        Part part = parts.get(loop.index());
        part.subscribers.add(subscriber);
        part.subscribed = true;
    }

    void unsubscribe(BareLoop loop, ChannelHandlerContext subscriber) {
        parts.get(loop.index()).subscribers.remove(subscriber);
    }

    /// Adds one frame to the batch of `loop`; it leaves when the loop's turn ends.
    void publish(BareLoop loop, ChannelHandlerContext publisher, Draft frame) {
        Part part = parts.get(loop.index());
        ByteBuf batch = part.batch;
        if (batch != null && batch.readableBytes() + frame.size() > BATCH_BYTES) {
            send(part, batch);
            batch = publisher.alloc().directBuffer(BATCH_BYTES);
            part.batch = batch;
        } else if (batch == null) {
            batch = publisher.alloc().directBuffer(Math.max(FIRST_BYTES, frame.size()));
            part.batch = batch;
            loop.hasPending(this);
        }
        frame.moveTo(batch);
    }

    void handOut(BareLoop loop) {
        Part part = parts.get(loop.index());
        ByteBuf batch = part.batch;
        part.batch = null;
        if (batch != null) {
            send(part, batch);
        }
    }

    private void send(Part from, ByteBuf frames) {
        for (Part part : parts) {
            if (part != from && part.subscribed) {
                ByteBuf shared = frames.retainedDuplicate();
                part.loop.execute(() -> part.deliver(shared));
            }
        }
        from.deliver(frames);
    }
}
