package dev.stoa.server.wire;

import dev.stoa.server.port.Timers;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/// A clock that stands still until a test moves it; what is due then runs on the test's thread, in order
/// of time.
///
/// Thread-safe.
public final class ManualTimers implements Timers {
    private static final long START_MILLIS = 1_795_000_000_000L;

    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::dueNanos).thenComparingLong(Task::number));
    private long nowNanos;
    private long scheduled;

    private record Task(long dueNanos, long number, Runnable work) {}

    @Override
    public synchronized long nanoTime() {
        return nowNanos;
    }

    @Override
    public synchronized long millis() {
        return START_MILLIS + nowNanos / 1_000_000;
    }

    @Override
    public synchronized Timeout schedule(Duration delay, Runnable work) {
        Task task = new Task(nowNanos + delay.toNanos(), scheduled++, work);
        tasks.add(task);
        return () -> forget(task);
    }

    private synchronized void forget(Task task) {
        tasks.remove(task);
    }

    /// Tasks that wait for their time.
    public synchronized int waiting() {
        return tasks.size();
    }

    /// How long until the next task is due; an error when none waits.
    public synchronized Duration untilNext() {
        Task first = tasks.peek();
        if (first == null) {
            throw new AssertionError("no task waits");
        }
        return Duration.ofNanos(first.dueNanos - nowNanos);
    }

    /// Lets time pass: each task due within it runs at its own time.
    public void advance(Duration time) {
        long end = nanoTime() + time.toNanos();
        for (Task task = nextBy(end); task != null; task = nextBy(end)) {
            task.work.run();
        }
        moveTo(end);
    }

    private synchronized Task nextBy(long end) {
        Task first = tasks.peek();
        if (first == null || first.dueNanos > end) {
            return null;
        }
        nowNanos = Math.max(nowNanos, first.dueNanos);
        return tasks.poll();
    }

    private synchronized void moveTo(long nanos) {
        nowNanos = Math.max(nowNanos, nanos);
    }

    @Override
    public synchronized void close() {
        tasks.clear();
    }
}
