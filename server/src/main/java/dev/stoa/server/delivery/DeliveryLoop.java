package dev.stoa.server.delivery;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.SingleThreadEventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// One event loop as delivery sees it: work is done in the order it was given, and what was written in a
/// turn leaves at the end of that turn.
///
/// Any thread may call [#run]. Work from the loop itself is done at once, unless work from other threads
/// is still waiting: then it queues behind, so that order holds. Netty wakes a sleeping loop once for
/// any burst of work.
public final class DeliveryLoop implements AutoCloseable {
    private static final long MAX_WAITING_BYTES = 64L * 1024 * 1024;

    private final int index;
    private final SingleThreadEventLoop executor;
    private final ByteBufAllocator allocator;
    private final DeliveryCounters counters = new DeliveryCounters();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong waitingBytes = new AtomicLong();
    private final List<Audience> pendingAudiences = new ArrayList<>();
    private final List<Outlet> dirtyOutlets = new ArrayList<>();
    private final Runnable endOfTurn = this::endTurn;
    private boolean endOfTurnScheduled;
    private @Nullable Deflation deflation;

    /// @param index this loop's place among the server's loops, from 0
    public DeliveryLoop(int index, SingleThreadEventLoop executor, ByteBufAllocator allocator) {
        this.index = index;
        this.executor = executor;
        this.allocator = allocator;
    }

    public int index() {
        return index;
    }

    public DeliveryCounters counters() {
        return counters;
    }

    /// Whether the caller is this loop's thread.
    public boolean isCurrent() {
        return executor.inEventLoop();
    }

    /// Does `work` on the loop, after all work given before. Dropped silently once the loop has shut
    /// down, when no socket is left that it could concern.
    public void run(Runnable work) {
        if (executor.inEventLoop() && waiting.get() == 0) {
            work.run();
            return;
        }
        waiting.incrementAndGet();
        try {
            executor.execute(() -> {
                waiting.decrementAndGet();
                work.run();
            });
        } catch (java.util.concurrent.RejectedExecutionException shutDown) {
            waiting.decrementAndGet();
        }
    }

    /// As [#run], for work that holds `bytes` until it is done: refused while too much waits already.
    ///
    /// @return false when more than the limit of 64 MiB waits; nothing is done then
    public boolean offer(Runnable work, int bytes) {
        if (isDirect()) {
            work.run();
            return true;
        }
        if (waitingBytes.addAndGet(bytes) > MAX_WAITING_BYTES) {
            waitingBytes.addAndGet(-bytes);
            return false;
        }
        run(() -> {
            waitingBytes.addAndGet(-bytes);
            work.run();
        });
        return true;
    }

    /// Does `work` on the loop, never within the caller.
    void later(Runnable work) {
        executor.execute(work);
    }

    /// Whether work from the loop itself would be done at once.
    boolean isDirect() {
        return executor.inEventLoop() && waiting.get() == 0;
    }

    /// The loop's compressor, made when first needed.
    public Deflation deflation() {
        assert isCurrent();
        Deflation known = deflation;
        if (known == null) {
            known = new Deflation();
            deflation = known;
        }
        return known;
    }

    ByteBufAllocator allocator() {
        return allocator;
    }

    void hasPending(Audience audience) {
        pendingAudiences.add(audience);
        scheduleEndOfTurn();
    }

    boolean nothingPending() {
        return pendingAudiences.isEmpty();
    }

    /// Whether only one audience is being handed out, so that nothing follows for its listeners in this
    /// turn.
    boolean singleAudience() {
        return pendingAudiences.size() == 1;
    }

    void isDirty(Outlet outlet) {
        dirtyOutlets.add(outlet);
        scheduleEndOfTurn();
    }

    private void scheduleEndOfTurn() {
        if (!endOfTurnScheduled) {
            endOfTurnScheduled = true;
            executor.executeAfterEventLoopIteration(endOfTurn);
        }
    }

    private void endTurn() {
        endOfTurnScheduled = false;
        for (int i = 0; i < pendingAudiences.size(); i++) {
            pendingAudiences.get(i).handOut();
        }
        pendingAudiences.clear();
        for (int i = 0; i < dirtyOutlets.size(); i++) {
            dirtyOutlets.get(i).flush();
        }
        dirtyOutlets.clear();
    }

    /// Frees the compressor. Call on the loop, or after it has ended.
    @Override
    public void close() {
        if (deflation != null) {
            deflation.close();
        }
    }
}
