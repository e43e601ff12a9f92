package dev.stoa.server;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;

/// Runs each task on a virtual thread of its own, and knows which run: those late at a deadline can be
/// interrupted while others, told of the end, still begin.
///
/// Thread-safe.
final class HandlerThreads implements Executor, AutoCloseable {
    private final Set<Thread> running = ConcurrentHashMap.newKeySet();
    private final ThreadFactory factory =
            Thread.ofVirtual().name("stoa-handler").factory();
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
            }
        });
        running.add(thread);
        thread.start();
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
        while (!running.isEmpty()) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            Thread.sleep(1);
        }
        return true;
    }

    /// Takes no more tasks and interrupts what runs.
    @Override
    public void close() {
        closed = true;
        running.forEach(Thread::interrupt);
    }
}
