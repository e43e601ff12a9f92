package dev.stoa.yjs;

import java.time.Duration;

/// How long random tests go on: a number of cases, or with `-Dstoa.yjs.minutes=M` that long each. For
/// one test.
final class Budget {
    private final long end;
    private int left;

    private Budget(int cases, Duration time) {
        this.left = cases;
        this.end = System.nanoTime() + time.toNanos();
    }

    /// @param property may set the number of cases
    static Budget of(String property, int cases) {
        Integer minutes = Integer.getInteger("stoa.yjs.minutes");
        return minutes != null
                ? new Budget(Integer.MAX_VALUE, Duration.ofMinutes(minutes))
                : new Budget(Integer.getInteger(property, cases), Duration.ofDays(1));
    }

    boolean next() {
        return left-- > 0 && System.nanoTime() - end < 0;
    }
}
