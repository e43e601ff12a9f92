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
/// Only the holder of the token begins items, so they begin strictly in order, whatever thread they run
/// on, and nobody waits for a lock. A virtual thread that has begun an item offers the token before it
/// runs the rest, which may block, and makes sure that a helper thread will come for it. If the rest was
/// quick, the thread takes its own offer back and goes on with the next item: a burst of quick items
/// costs one thread and one helper, not a thread for each.
///
/// ```
///  FREE ──submit, resume──► HELD ──nothing may begin──► FREE
///                             │ ▲
///                   item begun│ │rest done, or helper arrives
///                             ▼ │
///                           OFFERED
/// ```
///
/// Thread-safe.
final class Lane {
    private static final System.Logger LOG = System.getLogger(Lane.class.getName());
    private static final int FREE = 0;
    private static final int HELD = 1;
    private static final int OFFERED = 2;

    /// Items that a thread runs before it lets others at its carrier.
    private static final int FAIR_SHARE = 64;

    private final DeliveryLoop loop;
    private final Executor handlers;
    private final Limits limits;
    private final Queue<Item> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger token = new AtomicInteger(FREE);
    private final AtomicBoolean helperComing = new AtomicBoolean();
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
        if (!token.compareAndSet(FREE, HELD)) {
            return false;
        }
        if (waiting.get() > 0 || !item.mayBegin()) {
            token.set(FREE);
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
        if (token.compareAndSet(FREE, HELD)) {
            pump();
        }
    }

    /// Begins inline items, as the token's holder; the first item for a virtual thread takes the token
    /// along.
    private void pump() {
        Item item = take();
        while (item != null) {
            if (item.dispatch() != Dispatch.INLINE) {
                Item first = item;
                occupy(first);
                handlers.execute(() -> work(first));
                return;
            }
            if (!loop.isCurrent()) {
                pumpOnLoop(item);
                return;
            }
            runInline(item);
            item = take();
        }
    }

    private void pumpOnLoop(Item first) {
        loop.run(() -> {
            runInline(first);
            pump();
        });
    }

    /// Runs items on a virtual thread, as the token's holder, for as long as it can have the token.
    private void work(Item first) {
        int done = 0;
        Item item = first;
        while (item != null) {
            Dispatch dispatch = item.dispatch();
            if (dispatch == Dispatch.INLINE) {
                pumpOnLoop(item);
                return;
            }
            Runnable rest = begin(item);
            offer();
            run(rest);
            Thread.interrupted(); // was meant for the item that is done
            vacate(dispatch);
            finished();
            if (++done % FAIR_SHARE == 0) {
                Thread.yield();
            }
            item = next();
        }
    }

    private @Nullable Item next() {
        if (!token.compareAndSet(OFFERED, HELD) && !token.compareAndSet(FREE, HELD)) {
            return null;
        }
        Item item = take();
        if (item != null) {
            occupy(item);
        }
        return item;
    }

    /// A helper takes the token if it is still on offer.
    private void help() {
        helperComing.set(false);
        if (token.compareAndSet(OFFERED, HELD)) {
            Item item = take();
            if (item != null) {
                occupy(item);
                work(item);
            }
        }
    }

    /// Lets somebody else begin what may begin now.
    private void offer() {
        do {
            Item next = queue.peek();
            if (next != null && canBegin(next)) {
                token.set(OFFERED);
                if (helperComing.compareAndSet(false, true)) {
                    handlers.execute(this::help);
                }
                return;
            }
            token.set(FREE);
        } while (isHeldAgain());
    }

    /// Takes the next item that may begin; gives the token up if there is none.
    private @Nullable Item take() {
        while (true) {
            Item item = queue.peek();
            if (item == null || !canBegin(item)) {
                token.set(FREE);
                if (!isHeldAgain()) {
                    return null;
                }
            } else if (!item.mayBegin()) {
                token.set(FREE);
                if (gateClosed || !token.compareAndSet(FREE, HELD)) {
                    return null;
                }
            } else if (queue.poll() != null) {
                started(item);
                return item;
            }
        }
    }

    /// After giving the token up: what may begin only now was told nobody, so it must be looked for.
    private boolean isHeldAgain() {
        Item next = queue.peek();
        return next != null && canBegin(next) && token.compareAndSet(FREE, HELD);
    }

    private void occupy(Item item) {
        switch (item.dispatch()) {
            case SERIAL -> serialBusy = true;
            case CONCURRENT -> concurrent.incrementAndGet();
            case INLINE -> {}
        }
    }

    private void vacate(Dispatch dispatch) {
        if (dispatch == Dispatch.SERIAL) {
            serialBusy = false;
        } else {
            concurrent.decrementAndGet();
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

    private void finished() {
        if (active.decrementAndGet() == 0) {
            limits.onIdle();
        }
    }
}
