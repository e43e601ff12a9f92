package dev.stoa.bench;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.SingleThreadEventLoop;
import java.util.ArrayList;
import java.util.List;

/// One event loop: its scratch space, and what it has to send before its turn ends. Confined to that loop, but for
/// [#runs] and [#execute].
final class BareLoop {
    private final int index;
    private final SingleThreadEventLoop executor;
    private final Draft replies = new Draft();
    private final Draft news = new Draft();
    private final List<BareTopic> pendingTopics = new ArrayList<>();
    private final List<BareConnection> pendingConnections = new ArrayList<>();
    private final Runnable endOfTurn = this::endTurn;
    private byte[] inbound = new byte[64 * 1024];
    private boolean scheduled;

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

    /// Copies what is readable to the heap; valid until the next call.
    byte[] inbound(ByteBuf in) {
        int size = in.readableBytes();
        if (size > inbound.length) {
            inbound = new byte[2 * size];
        }
        in.getBytes(in.readerIndex(), inbound, 0, size);
        return inbound;
    }

    /// Where the connection that is being read drafts its answers.
    Draft replies() {
        return replies;
    }

    /// Where a publication is drafted before it joins its topic's batch.
    Draft news() {
        return news;
    }

    void hasPending(BareTopic topic) {
        pendingTopics.add(topic);
        schedule();
    }

    void hasPending(BareConnection connection) {
        pendingConnections.add(connection);
        schedule();
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
