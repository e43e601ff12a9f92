package dev.stoa.client;

import dev.stoa.client.link.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Time that moves only when told to. Due tasks run on the thread that moves it. Thread-safe.
public final class VirtualTime implements Scheduler {
    private static final int PATIENCE_SECONDS = 10;

    private final BlockingQueue<Duration> delays = new LinkedBlockingQueue<>();
    private final List<Task> tasks = new ArrayList<>();
    private Duration now = Duration.ZERO;
    private boolean closed;

    private record Task(Duration due, Runnable work) {}

    @Override
    public synchronized Timer schedule(Duration delay, Runnable work) {
        Task task = new Task(now.plus(delay), work);
        tasks.add(task);
        delays.add(delay);
        return () -> forget(task);
    }

    @Override
    public synchronized void close() {
        closed = true;
    }

    public synchronized boolean isClosed() {
        return closed;
    }

    /// How many tasks wait.
    public synchronized int waiting() {
        return tasks.size();
    }

    /// The delay of the next task scheduled since the last call.
    public Duration nextDelay() {
        try {
            Duration delay = delays.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (delay == null) {
                throw new AssertionError("nothing was scheduled within " + PATIENCE_SECONDS + " s");
            }
            return delay;
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /// Waits until something was scheduled with this delay since the last look, and moves time so far.
    public void pass(Duration delay) {
        while (!nextDelay().equals(delay)) {
            // another timer
        }
        advance(delay);
    }

    public void advance(Duration step) {
        List<Task> due;
        synchronized (this) {
            now = now.plus(step);
            due = tasks.stream().filter(task -> task.due.compareTo(now) <= 0).toList();
            tasks.removeAll(due);
        }
        due.forEach(task -> task.work.run());
    }

    private synchronized void forget(Task task) {
        tasks.removeIf(other -> other == task);
    }
}
