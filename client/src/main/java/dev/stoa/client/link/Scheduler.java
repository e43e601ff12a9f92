package dev.stoa.client.link;

import java.time.Duration;

/// Runs short tasks later: the client's only source of delays, so that a test can move time by hand.
///
/// Tasks do not block. Implementations are thread-safe.
public interface Scheduler {
    /// Runs `task` once after `delay`, unless cancelled before.
    Timer schedule(Duration delay, Runnable task);

    /// Gives up its threads; a later [#schedule] starts afresh.
    default void close() {}

    /// A task that has not run yet.
    @FunctionalInterface
    interface Timer {
        /// Forgets the task; does nothing when it ran already.
        void cancel();
    }
}
