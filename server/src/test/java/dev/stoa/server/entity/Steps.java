package dev.stoa.server.entity;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/// Runs tasks on the test's thread, when the test says so.
final class Steps implements Executor {
    private static final int TOO_MANY = 100_000;

    private final Queue<Runnable> tasks = new ArrayDeque<>();

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    /// Runs whatever there is to do.
    void run() {
        for (int i = 0; !tasks.isEmpty(); i++) {
            if (i > TOO_MANY) {
                throw new AssertionError("there is no end to it");
            }
            tasks.remove().run();
        }
    }

    /// Forgets what was to be done, as the death of a process does.
    void forget() {
        tasks.clear();
    }
}
