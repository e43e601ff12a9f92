package dev.stoa.server;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/// Runs each task on a virtual thread of its own, and knows which run: those late at a deadline can be
/// interrupted while others, told of the end, still begin.
///
/// Thread-safe.
final class HandlerThreads implements Executor, AutoCloseable {
    private final Set<Thread> running = ConcurrentHashMap.newKeySet();
    private final ThreadFactory factory =
            Thread.ofVirtual().name("stoa-handler").factory();
    private final Object quiet = new Object();
    private volatile boolean awaited;
    private volatile boolean closed;

    /// Silently nothing once closed.
    @Override
    public void execute(Runnable task) {
        if (closed) {
            return;
        }
        Thread thread = factory.newThread(() -> {
            try {
                task.run();
            } finally {
                running.remove(Thread.currentThread());
                if (awaited) {
                    tellQuiet();
                }
            }
        });
        running.add(thread);
        thread.start();
    }

    private void tellQuiet() {
        synchronized (quiet) {
            quiet.notifyAll();
        }
    }

    /// Those that run now.
    Set<Thread> running() {
        return Set.copyOf(running);
    }

    /// Waits until none runs.
    ///
    /// @return false when the time ran out first
    boolean awaitQuiet(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        synchronized (quiet) {
            awaited = true;
            while (!running.isEmpty()) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                TimeUnit.NANOSECONDS.timedWait(quiet, left);
            }
            return true;
        }
    }

    /// Takes no more tasks and interrupts what runs.
    @Override
    public void close() {
        closed = true;
        running.forEach(Thread::interrupt);
    }
}
