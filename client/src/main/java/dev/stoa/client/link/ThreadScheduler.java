package dev.stoa.client.link;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The default scheduler: one daemon thread, started by the first task and ended by [#close]. Cancelled
/// tasks are forgotten at once, so that a timeout of a request that was answered costs nothing.
/// Thread-safe.
public final class ThreadScheduler implements Scheduler {
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable ScheduledThreadPoolExecutor executor;

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        lock.lock();
        try {
            if (executor == null) {
                executor = new ScheduledThreadPoolExecutor(
                        1,
                        Thread.ofPlatform().daemon().name("stoa-client-timer").factory());
                executor.setRemoveOnCancelPolicy(true);
            }
            Future<?> future = executor.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> future.cancel(false);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (executor != null) {
                executor.shutdownNow();
                executor = null;
            }
        } finally {
            lock.unlock();
        }
    }
}
