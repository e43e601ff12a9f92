package dev.stoa.yjs.wire;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A run of values: a window on an array that several runs may share after a split, so that splitting a
/// long run often stays cheap, and with room behind it where a run grows. Confined with its item; what
/// is in a window never changes.
public final class Values {
    private final @Nullable Object[] array;
    private final int from;
    private int length;
    /// Whether this window may write behind its end.
    private boolean owner;

    public Values(@Nullable Object[] array) {
        this(array, 0, array.length);
    }

    private Values(@Nullable Object[] array, int from, int length) {
        this.array = array;
        this.from = from;
        this.length = length;
    }

    public int length() {
        return length;
    }

    public @Nullable Object get(int index) {
        return array[from + index];
    }

    public Values from(int offset) {
        return new Values(array, from + offset, length - offset);
    }

    public Values until(int offset) {
        return new Values(array, from, offset);
    }

    /// These values and then those of the others; uses up this window.
    ///
    /// @param total how many all of them are together
    public Values with(List<Values> others, int total) {
        Values joined = this;
        if (!owner || array.length < total) {
            @Nullable Object[] larger = new Object[length < 16 ? total : total + (total >> 1)];
            System.arraycopy(array, from, larger, 0, length);
            joined = new Values(larger, 0, length);
            joined.owner = true;
        }
        for (Values other : others) {
            System.arraycopy(other.array, other.from, joined.array, joined.length, other.length);
            joined.length += other.length;
        }
        return joined;
    }

    @Override
    public String toString() {
        return Arrays.toString(Arrays.copyOfRange(array, from, from + length));
    }
}
