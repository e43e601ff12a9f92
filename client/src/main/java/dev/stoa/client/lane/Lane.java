package dev.stoa.client.lane;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;

/// Runs tasks one after the other on an executor, in the order given, each isolated from the others'
/// exceptions.
///
/// Holds no thread while empty. Its length is bounded by those who fill it: reading stops when too many
/// messages wait, and state changes wait for their reconnect delays. Thread-safe.
public final class Lane {
    private static final System.Logger LOG = System.getLogger(Lane.class.getName());

    private final Executor executor;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private boolean running;
    private int pauses;

    public Lane(Executor executor) {
        this.executor = executor;
    }

    public void submit(Runnable task) {
        lock.lock();
        try {
            tasks.add(task);
        } finally {
            lock.unlock();
        }
        wake();
    }

    /// Starts no further task until as many [#resume] calls follow.
    public void pause() {
        lock.lock();
        try {
            pauses++;
        } finally {
            lock.unlock();
        }
    }

    public void resume() {
        lock.lock();
        try {
            pauses--;
        } finally {
            lock.unlock();
        }
        wake();
    }

    /// Runs application code; what it throws is logged and goes no further.
    public static void isolated(String what, Runnable code) {
        try {
            code.run();
        } catch (RuntimeException | Error error) {
            LOG.log(System.Logger.Level.WARNING, what + " failed", error);
        }
    }

    private void wake() {
        lock.lock();
        try {
            if (running || pauses > 0 || tasks.isEmpty()) {
                return;
            }
            running = true;
        } finally {
            lock.unlock();
        }
        try {
            executor.execute(this::drain);
        } catch (RejectedExecutionException shutDown) {
            LOG.log(System.Logger.Level.DEBUG, "the client's executor takes no more tasks; running on this thread");
            drain();
        }
    }

    private void drain() {
        while (true) {
            Runnable task;
            lock.lock();
            try {
                task = pauses > 0 ? null : tasks.poll();
                if (task == null) {
                    running = false;
                    return;
                }
            } finally {
                lock.unlock();
            }
            isolated("client callback", task);
        }
    }
}
