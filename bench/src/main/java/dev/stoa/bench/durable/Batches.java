package dev.stoa.bench.durable;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A target that commits on one thread: what arrives during a commit is the next one. Thread-safe.
final class Batches implements Target {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Commit commit;
    private final Thread thread;
    private List<Message> waiting = new ArrayList<>();
    private boolean closed;

    /// @param commit makes messages durable; closed in the end
    Batches(Commit commit) {
        this.commit = commit;
        this.thread = Thread.ofPlatform().name("batches").daemon().start(this::run);
    }

    @Override
    public void append(int log, Runnable done) {
        lock.lock();
        try {
            waiting.add(new Message(log, done));
            if (waiting.size() == 1) {
                arrived.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try (commit) {
            for (List<Message> batch = take(); !batch.isEmpty(); batch = take()) {
                commit.commit(batch);
            }
        } catch (Exception e) {
            // a benchmark whose limit fails has nothing to tell
            e.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }

    private List<Message> take() {
        lock.lock();
        try {
            while (waiting.isEmpty() && !closed) {
                arrived.awaitUninterruptibly();
            }
            List<Message> taken = waiting;
            waiting = new ArrayList<>();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws InterruptedException {
        lock.lock();
        try {
            closed = true;
            arrived.signal();
        } finally {
            lock.unlock();
        }
        thread.join();
    }

    record Message(int log, Runnable done) {}

    interface Commit extends AutoCloseable {
        /// Makes messages durable and says so to each.
        void commit(List<Message> batch) throws Exception;
    }
}
