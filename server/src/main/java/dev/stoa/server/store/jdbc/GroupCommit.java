package dev.stoa.server.store.jdbc;

import dev.stoa.server.store.EntityId;
import dev.stoa.server.store.Outcome;
import dev.stoa.server.store.StoreException;
import dev.stoa.server.store.Write;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// Writes in groups: one commit is in flight, and what arrives meanwhile is the next one, whatever entity it
/// belongs to. There is no timer: an idle store commits at once, a busy one in bulk.
///
/// Thread-safe: producers add to a queue under a lock, the writer's thread empties it. The queue is bounded
/// in bytes, and so is the batch in flight; a write beyond the bound fails, in its order behind those before it.
final class GroupCommit implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(GroupCommit.class.getName());

    private final WriteLimits limits;
    private final Committer committer;
    private final Duration closeTimeout;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final ArrayDeque<Item> arrivals = new ArrayDeque<>();
    private long waitingBytes;
    private boolean closed;
    private boolean ended;

    GroupCommit(Backend backend, String node, WriteLimits limits, Duration closeTimeout) {
        this.limits = limits;
        this.closeTimeout = closeTimeout;
        this.committer = new Committer(backend, node);
        // always busy under load: a virtual one would hold its carrier in SQLite, and be woken by way of two more
        // threads at each answer of PostgreSQL's
        this.thread = Thread.ofPlatform().name("stoa-store-writer").daemon().unstarted(this::run);
        thread.start();
    }

    void write(Write write, Consumer<Outcome> done) {
        long size = write.size();
        lock.lock();
        try {
            if (!ended) {
                add(admitted(write, size, done));
                return;
            }
        } finally {
            lock.unlock();
        }
        done.accept(new Outcome.Failed(closedFailure()));
    }

    private Item admitted(Write write, long size, Consumer<Outcome> done) {
        // a single write of any size is let in when nothing else waits
        if (waitingBytes > 0 && waitingBytes + size > limits.maxWaitingBytes()) {
            return new Item.Refused(
                    write.id(),
                    new StoreException("a write of %d bytes for %s finds %d bytes waiting, and the limit is %d"
                            .formatted(size, write.id(), waitingBytes, limits.maxWaitingBytes())),
                    done);
        }
        waitingBytes += size;
        return new Item.Writing(write, size, done);
    }

    CompletableFuture<OptionalLong> claim(EntityId id) {
        CompletableFuture<OptionalLong> fence = new CompletableFuture<>();
        addOrFail(new Item.Claim(id, fence));
        return fence;
    }

    <T> CompletableFuture<T> run(Item.Work<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        addOrFail(new Item.Task<>(work, result));
        return result;
    }

    private void addOrFail(Item item) {
        lock.lock();
        try {
            if (!ended) {
                add(item);
                return;
            }
        } finally {
            lock.unlock();
        }
        item.fail(closedFailure());
    }

    private void add(Item item) {
        arrivals.add(item);
        if (arrivals.size() == 1) {
            arrived.signal();
        }
    }

    /// Bytes of writes that wait for the commit in flight.
    long waitingBytes() {
        lock.lock();
        try {
            return waitingBytes;
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        ArrayDeque<Item> taken = new ArrayDeque<>();
        try {
            while (takeArrivals(taken)) {
                commitOne(taken);
            }
        } finally {
            // whatever ends this thread, nobody may wait for it
            setClosed();
            takeArrivals(taken);
            committer.close();
        }
    }

    private void commitOne(ArrayDeque<Item> taken) {
        if (taken.getFirst() instanceof Item.Task<?> task) {
            taken.removeFirst();
            committer.run(task);
            return;
        }
        Batch batch = Batch.from(taken, limits);
        lock.lock();
        try {
            waitingBytes -= batch.bytes();
        } finally {
            lock.unlock();
        }
        committer.commit(batch);
    }

    /// Adds what has arrived to what is left, and waits for it when there is nothing.
    ///
    /// @return false when the store is closed; all have been told then
    private boolean takeArrivals(ArrayDeque<Item> left) {
        while (true) {
            lock.lock();
            try {
                while (left.isEmpty() && arrivals.isEmpty() && !closed) {
                    arrived.awaitUninterruptibly();
                }
                left.addAll(arrivals);
                arrivals.clear();
                if (!closed) {
                    return true;
                }
                if (left.isEmpty()) {
                    ended = true;
                    return false;
                }
            } finally {
                lock.unlock();
            }
            failAll(left);
        }
    }

    private static void failAll(ArrayDeque<Item> left) {
        StoreException cause = closedFailure();
        for (Item item = left.poll(); item != null; item = left.poll()) {
            try {
                item.fail(cause);
            } catch (RuntimeException | Error e) {
                LOG.log(System.Logger.Level.ERROR, "an outcome's receiver failed", e);
            }
        }
    }

    private void setClosed() {
        lock.lock();
        try {
            closed = true;
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    private static StoreException closedFailure() {
        return new StoreException("the store is closed");
    }

    /// Waits for the commit in flight and fails what is behind it.
    @Override
    public void close() {
        setClosed();
        if (Thread.currentThread() == thread) {
            return;
        }
        try {
            if (!thread.join(closeTimeout)) {
                LOG.log(System.Logger.Level.WARNING, "a commit is still in flight after {0}", closeTimeout);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
