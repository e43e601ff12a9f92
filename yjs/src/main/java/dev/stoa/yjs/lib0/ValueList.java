package dev.stoa.yjs.lib0;

import java.util.AbstractList;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/// An unmodifiable list over an array that nobody else writes. Immutable.
public final class ValueList extends AbstractList<@Nullable Object> implements RandomAccess {
    public static final ValueList EMPTY = new ValueList(new Object[0]);

    private final @Nullable Object[] values;

    public ValueList(@Nullable Object[] values) {
        this.values = values;
    }

    @Override
    public @Nullable Object get(int index) {
        return values[index];
    }

    @Override
    public int size() {
        return values.length;
    }
}
