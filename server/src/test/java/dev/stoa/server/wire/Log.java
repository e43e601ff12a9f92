package dev.stoa.server.wire;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What happened, in order, told by any thread and waited for by a test. Thread-safe.
final class Log {
    private static final long PATIENCE_NANOS = Duration.ofSeconds(10).toNanos();

    private final List<String> entries = new ArrayList<>();

    synchronized void add(String entry) {
        entries.add(entry);
        notifyAll();
    }

    synchronized List<String> entries() {
        return List.copyOf(entries);
    }

    synchronized void clear() {
        entries.clear();
    }

    /// Waits for that many entries and returns all there are.
    synchronized List<String> await(int count) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (entries.size() < count) {
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                throw new AssertionError("expected " + count + " entries, got " + entries);
            }
            try {
                wait(millis);
            } catch (InterruptedException interrupted) {
                throw new AssertionError("interrupted while waiting", interrupted);
            }
        }
        return entries();
    }
}
