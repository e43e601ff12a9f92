package dev.stoa.yjs.lib0;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A small unmodifiable map in its keys' order: keys and values in one array, because objects in
/// updates are many and small and a hash table for each would cost ten times their bytes. Immutable.
public final class ValueMap extends AbstractMap<String, @Nullable Object> {
    public static final ValueMap EMPTY = new ValueMap(new Object[0]);

    private static final int MOST_PAIRS = 8;

    private final @Nullable Object[] pairs;

    private ValueMap(@Nullable Object[] pairs) {
        this.pairs = pairs;
    }

    /// @param pairs key, value, key, value …; of equal keys the last value counts, at the first one's place
    public static Map<String, @Nullable Object> of(@Nullable Object[] pairs) {
        if (pairs.length == 0) {
            return EMPTY;
        }
        if (pairs.length > 2 * MOST_PAIRS || hasEqualKeys(pairs)) {
            Map<String, @Nullable Object> map = LinkedHashMap.newLinkedHashMap(pairs.length / 2);
            for (int i = 0; i < pairs.length; i += 2) {
                map.put((String) pairs[i], pairs[i + 1]);
            }
            return Collections.unmodifiableMap(map);
        }
        return new ValueMap(pairs);
    }

    private static boolean hasEqualKeys(@Nullable Object[] pairs) {
        for (int i = 2; i < pairs.length; i += 2) {
            for (int j = 0; j < i; j += 2) {
                if (pairs[i] instanceof String key && key.equals(pairs[j])) {
                    return true;
                }
            }
        }
        return false;
    }

    @Override
    public @Nullable Object get(@Nullable Object key) {
        int i = indexOf(key);
        return i < 0 ? null : pairs[i + 1];
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return indexOf(key) >= 0;
    }

    private int indexOf(@Nullable Object key) {
        for (int i = 0; i < pairs.length; i += 2) {
            if (pairs[i] instanceof String own && own.equals(key)) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public Set<Entry<String, @Nullable Object>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public int size() {
                return pairs.length / 2;
            }

            @Override
            public Iterator<Entry<String, @Nullable Object>> iterator() {
                return new Entries();
            }
        };
    }

    private final class Entries implements Iterator<Entry<String, @Nullable Object>> {
        private int at;

        @Override
        public boolean hasNext() {
            return at < pairs.length;
        }

        @Override
        public Entry<String, @Nullable Object> next() {
            if (at >= pairs.length) {
                throw new NoSuchElementException();
            }
            at += 2;
            return new SimpleImmutableEntry<>((String) pairs[at - 2], pairs[at - 1]);
        }
    }
}
