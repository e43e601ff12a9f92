package dev.stoa.bench;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.SingleThreadEventLoop;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// One event loop and what it has to send before its turn ends. Confined to that loop, but for [#runs] and [#execute].
final class BareLoop {
    private final int index;
    private final SingleThreadEventLoop executor;
    private final List<BareTopic> pendingTopics = new ArrayList<>();
    private final List<BareConnection> pendingConnections = new ArrayList<>();
    private final Runnable endOfTurn = this::endTurn;
    private boolean scheduled;
    private long timestampMillis;
    private byte[] timestamp = {};

    BareLoop(int index, SingleThreadEventLoop executor) {
        this.index = index;
        this.executor = executor;
    }

    int index() {
        return index;
    }

    boolean runs(Channel channel) {
        return channel.eventLoop() == executor;
    }

    void execute(Runnable work) {
        executor.execute(work);
    }

    void hasPending(BareTopic topic) {
        pendingTopics.add(topic);
        schedule();
    }

    void hasPending(BareConnection connection) {
        pendingConnections.add(connection);
        schedule();
    }

    /// Writes the wall clock in milliseconds, 13 digits.
    void writeTimestamp(ByteBuf out) {
        long now = System.currentTimeMillis();
        if (now != timestampMillis) {
            timestampMillis = now;
            timestamp = Long.toString(now).getBytes(StandardCharsets.US_ASCII);
        }
        out.writeBytes(timestamp);
    }

    private void schedule() {
        if (!scheduled) {
            scheduled = true;
            executor.executeAfterEventLoopIteration(endOfTurn);
        }
    }

    private void endTurn() {
        scheduled = false;
        for (int i = 0; i < pendingTopics.size(); i++) {
            pendingTopics.get(i).handOut(this);
        }
        pendingTopics.clear();
        for (int i = 0; i < pendingConnections.size(); i++) {
            pendingConnections.get(i).sendReplies();
        }
        pendingConnections.clear();
    }
}
