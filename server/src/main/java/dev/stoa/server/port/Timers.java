package dev.stoa.server.port;

import java.time.Duration;

/// Runs things later, and tells the time: the one clock of a server. Tests pass one whose time they
/// move.
///
/// Thread-safe. Coarse: a task may run some milliseconds late, never early.
public interface Timers extends AutoCloseable {
    /// Monotonic nanoseconds, comparable only with each other.
    long nanoTime();

    /// Wall-clock milliseconds since the epoch.
    long millis();

    /// Runs `task` once after `delay`. The task must be short and must not block; it runs on the timer's
    /// own thread.
    Timeout schedule(Duration delay, Runnable task);

    /// Drops every task that has not run.
    @Override
    void close();

    /// A task that waits for its time.
    @FunctionalInterface
    interface Timeout {
        /// Makes sure that the task does not run, unless it has started already.
        void cancel();
    }
}
