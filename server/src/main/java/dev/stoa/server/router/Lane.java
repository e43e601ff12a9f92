package dev.stoa.server.router;

import dev.stoa.server.delivery.DeliveryLoop;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Starts one session's work in arrival order: serial work one at a time, concurrent work beside it,
/// inline work on the event loop.
///
/// Whoever holds the token starts the next item: the event loop when work arrives, or the virtual thread
/// of the item before, once that item has begun. So items begin strictly in order, whatever thread they
/// run on, and nobody waits for a lock. Thread-safe.
final class Lane {
    private static final System.Logger LOG = System.getLogger(Lane.class.getName());

    private final DeliveryLoop loop;
    private final Executor handlers;
    private final Limits limits;
    private final Queue<Item> queue = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean token = new AtomicBoolean();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong waitingBytes = new AtomicLong();
    private final AtomicInteger active = new AtomicInteger();
    private final AtomicInteger concurrent = new AtomicInteger();
    private volatile boolean serialBusy;
    private volatile boolean gateClosed;
    private volatile boolean closed;
    private volatile boolean congested;

    /// One thing to do.
    interface Item {
        /// How to run it, asked when its turn comes.
        Dispatch dispatch();

        /// Does what must happen in arrival order.
        ///
        /// @return the rest, or null if nothing is left to do
        @Nullable
        Runnable begin();

        /// Called when its turn comes, before anything else.
        ///
        /// @return false if it must wait until the gate opens again
        default boolean mayBegin() {
            return true;
        }

        /// Memory it holds while it waits.
        default int bytes() {
            return 0;
        }
    }

    /// What a lane tells its owner.
    interface Limits {
        int maxWaiting();

        long maxWaitingBytes();

        /// Concurrent work that may run at once, now. May grow only while an item begins.
        int maxConcurrent();

        /// Called on the event loop when too much waits, and again when that is over.
        void onCongestion(boolean tooMuch);

        /// Called each time nothing waits or runs any more.
        void onIdle();
    }

    Lane(DeliveryLoop loop, Executor handlers, Limits limits) {
        this.loop = loop;
        this.handlers = handlers;
        this.limits = limits;
    }

    /// Adds work, from the event loop.
    void submit(Item item) {
        if (closed || beginAtOnce(item)) {
            return;
        }
        active.incrementAndGet();
        boolean tooMany = waiting.incrementAndGet() >= limits.maxWaiting();
        boolean tooLarge = waitingBytes.addAndGet(item.bytes()) >= limits.maxWaitingBytes();
        if ((tooMany || tooLarge) && !congested) {
            congested = true;
            limits.onCongestion(true);
        }
        queue.add(item);
        resume();
    }

    /// The short way: inline work that nothing is in front of needs no queue.
    private boolean beginAtOnce(Item item) {
        if (gateClosed || waiting.get() > 0 || item.dispatch() != Dispatch.INLINE || !loop.isCurrent()) {
            return false;
        }
        if (!token.compareAndSet(false, true)) {
            return false;
        }
        if (waiting.get() > 0 || !item.mayBegin()) {
            token.set(false);
            return false;
        }
        active.incrementAndGet();
        runInline(item);
        pump();
        return true;
    }

    /// Keeps further work from beginning until [#openGate].
    void closeGate() {
        gateClosed = true;
    }

    void openGate() {
        gateClosed = false;
        resume();
    }

    /// Drops what has not begun.
    void close() {
        closed = true;
        queue.clear();
    }

    /// Whether nothing waits or runs.
    boolean isIdle() {
        return active.get() == 0;
    }

    private void resume() {
        if (token.compareAndSet(false, true)) {
            pump();
        }
    }

    /// Begins items for as long as the token is ours; passes it on with an item that begins on another
    /// thread.
    private void pump() {
        while (true) {
            Item item = queue.peek();
            if (item == null || !canBegin(item)) {
                token.set(false);
                Item next = queue.peek();
                if (next == null || !canBegin(next) || !token.compareAndSet(false, true)) {
                    return;
                }
                continue;
            }
            if (!item.mayBegin()) {
                token.set(false);
                if (gateClosed || !token.compareAndSet(false, true)) {
                    return;
                }
                continue;
            }
            if (queue.poll() == null) {
                continue;
            }
            started(item);
            Dispatch dispatch = item.dispatch();
            if (dispatch != Dispatch.INLINE) {
                startThread(item, dispatch);
                return;
            }
            if (!loop.isCurrent()) {
                loop.run(() -> {
                    runInline(item);
                    pump();
                });
                return;
            }
            runInline(item);
        }
    }

    private boolean canBegin(Item item) {
        if (gateClosed || closed) {
            return false;
        }
        return switch (item.dispatch()) {
            case SERIAL -> !serialBusy;
            case CONCURRENT -> concurrent.get() < limits.maxConcurrent();
            case INLINE -> true;
        };
    }

    private void started(Item item) {
        waiting.decrementAndGet();
        waitingBytes.addAndGet(-item.bytes());
        if (congested && isRelaxed()) {
            loop.run(this::relax);
        }
    }

    private boolean isRelaxed() {
        return waiting.get() <= limits.maxWaiting() / 2 && waitingBytes.get() <= limits.maxWaitingBytes() / 2;
    }

    /// Decided on the loop, like congestion itself, so that an end of congestion cannot overtake its
    /// next beginning.
    private void relax() {
        if (congested && isRelaxed()) {
            congested = false;
            limits.onCongestion(false);
        }
    }

    private void runInline(Item item) {
        run(begin(item));
        finished();
    }

    /// Items answer for their own failures; one that does not must not hold up the others.
    private static @Nullable Runnable begin(Item item) {
        try {
            return item.begin();
        } catch (Throwable error) {
            LOG.log(System.Logger.Level.ERROR, "work failed to begin", error);
            return null;
        }
    }

    private static void run(@Nullable Runnable rest) {
        if (rest == null) {
            return;
        }
        try {
            rest.run();
        } catch (Throwable error) {
            LOG.log(System.Logger.Level.ERROR, "work failed", error);
        }
    }

    private void startThread(Item item, Dispatch dispatch) {
        if (dispatch == Dispatch.SERIAL) {
            serialBusy = true;
        } else {
            concurrent.incrementAndGet();
        }
        handlers.execute(() -> {
            Runnable rest = begin(item);
            pump();
            run(rest);
            if (dispatch == Dispatch.SERIAL) {
                serialBusy = false;
            } else {
                concurrent.decrementAndGet();
            }
            finished();
            resume();
        });
    }

    private void finished() {
        if (active.decrementAndGet() == 0) {
            limits.onIdle();
        }
    }
}
