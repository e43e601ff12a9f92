package dev.stoa.yjs.store;

import java.util.Arrays;

/// A growing list of ranges: clock, length, clock, length … Confined to its document.
final class LongPairs {
    private long[] pairs = new long[2];
    private int size;

    /// Adds a range, or lengthens the last one if it goes on where that ends.
    void add(long clock, long length) {
        if (size > 0 && pairs[size - 2] + pairs[size - 1] == clock) {
            pairs[size - 1] += length;
            return;
        }
        if (size == pairs.length) {
            pairs = Arrays.copyOf(pairs, size * 2);
        }
        pairs[size++] = clock;
        pairs[size++] = length;
    }

    boolean isEmpty() {
        return size == 0;
    }

    long[] toArray() {
        return Arrays.copyOf(pairs, size);
    }
}
