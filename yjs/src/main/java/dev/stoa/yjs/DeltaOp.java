package dev.stoa.yjs;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One step of a delta: what to insert, keep or delete, from the start of a text or list on.
public sealed interface DeltaOp {
    /// Something new.
    ///
    /// @param content String, a list's values as a List, an embed, or a [YType]
    /// @param attributes of text; a null value means that the attribute is switched off
    record Insert(@Nullable Object content, Map<String, @Nullable Object> attributes) implements DeltaOp {
        public Insert {
            attributes = copy(attributes);
        }
    }

    record Retain(int length, Map<String, @Nullable Object> attributes) implements DeltaOp {
        public Retain {
            attributes = copy(attributes);
            check(length);
        }
    }

    record Delete(int length) implements DeltaOp {
        public Delete {
            check(length);
        }
    }

    static DeltaOp insert(Object content) {
        return new Insert(content, Map.of());
    }

    static DeltaOp insert(Object content, Map<String, @Nullable Object> attributes) {
        return new Insert(content, attributes);
    }

    static DeltaOp retain(int length) {
        return new Retain(length, Map.of());
    }

    static DeltaOp retain(int length, Map<String, @Nullable Object> attributes) {
        return new Retain(length, attributes);
    }

    static DeltaOp delete(int length) {
        return new Delete(length);
    }

    private static Map<String, @Nullable Object> copy(Map<String, @Nullable Object> attributes) {
        return attributes.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
    }

    private static void check(int length) {
        if (length < 1) {
            throw new IllegalArgumentException("a delta step of length " + length);
        }
    }
}
