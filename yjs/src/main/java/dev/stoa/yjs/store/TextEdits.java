package dev.stoa.yjs.store;

import dev.stoa.yjs.wire.Contents;
import dev.stoa.yjs.wire.JsonValue;
import dev.stoa.yjs.wire.Mark;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Edits of formatted text from a place on, as yjs writes them: which marks are needed, which have
/// become needless. Walks on with every edit, so that a delta is one pass. Confined to its document,
/// for one transaction.
public final class TextEdits {
    private final Transaction transaction;
    private final TypeNode parent;
    private @Nullable Item left;
    private @Nullable Item right;

    /// What is in force here; an attribute without a value is absent.
    private final Map<String, @Nullable Object> current = new LinkedHashMap<>();

    private TextEdits(Transaction transaction, TypeNode parent) {
        this.transaction = transaction;
        this.parent = parent;
        this.right = parent.start;
    }

    /// At an index, with the attributes that are in force there.
    public static TextEdits at(Transaction transaction, TypeNode parent, int index) {
        TextEdits edits = new TextEdits(transaction, parent);
        if (index > 0) {
            if (parent.formatted) {
                edits.walk(index);
            } else {
                edits.jump(index);
            }
        }
        return edits;
    }

    private void jump(int index) {
        Position position = Position.before(parent, index);
        Item item = position.item();
        if (position.offset() < item.length) {
            transaction.split(item, position.offset());
        }
        left = item;
        right = item.right;
    }

    private void walk(int index) {
        int rest = index;
        while (rest > 0 && right != null) {
            if (right.isLive() && right.ref != Contents.FORMAT) {
                if (rest < right.length) {
                    transaction.split(right, rest);
                }
                rest -= right.length;
            }
            forward(right);
        }
    }

    private void forward(Item item) {
        if (item.isLive() && item.content instanceof Mark mark) {
            update(current, mark);
        }
        left = item;
        right = item.right;
    }

    private static void update(Map<String, @Nullable Object> attributes, Mark mark) {
        Object value = mark.value().value();
        if (value == null) {
            attributes.remove(mark.key());
        } else {
            attributes.put(mark.key(), value);
        }
    }

    /// The attributes in force here.
    public Map<String, @Nullable Object> current() {
        return new LinkedHashMap<>(current);
    }

    /// Inserts text, an embed or a type. What is in force and not named is switched off for it.
    public void insert(int ref, int length, Object content, Map<String, @Nullable Object> attributes) {
        Map<String, @Nullable Object> wanted = new LinkedHashMap<>(attributes);
        for (String key : current.keySet()) {
            wanted.putIfAbsent(key, null);
        }
        skipNeedless(wanted);
        Map<String, @Nullable Object> former = open(wanted);
        forward(transaction.insert(parent, left, right, length, ref, content));
        close(former);
    }

    /// Goes on past what is deleted and past marks that say what is wanted anyway.
    private void skipNeedless(Map<String, @Nullable Object> wanted) {
        while (right != null && (right.isDeleted() || says(right, wanted))) {
            forward(right);
        }
    }

    private static boolean says(Item item, Map<String, @Nullable Object> wanted) {
        return item.content instanceof Mark mark
                && equal(wanted.get(mark.key()), mark.value().value());
    }

    /// Writes marks for what differs; tells what was in force before.
    private Map<String, @Nullable Object> open(Map<String, @Nullable Object> wanted) {
        Map<String, @Nullable Object> former = new LinkedHashMap<>();
        for (Map.Entry<String, @Nullable Object> entry : wanted.entrySet()) {
            Object before = current.get(entry.getKey());
            if (!equal(before, entry.getValue())) {
                former.put(entry.getKey(), before);
                mark(entry.getKey(), entry.getValue());
            }
        }
        return former;
    }

    /// Writes marks that bring back what was in force before, where none say so already.
    private void close(Map<String, @Nullable Object> former) {
        while (right != null && (right.isDeleted() || restores(right, former))) {
            if (right.isLive() && right.content instanceof Mark mark) {
                former.remove(mark.key());
            }
            forward(right);
        }
        former.forEach(this::mark);
    }

    private static boolean restores(Item item, Map<String, @Nullable Object> former) {
        return item.content instanceof Mark mark
                && former.containsKey(mark.key())
                && equal(former.get(mark.key()), mark.value().value());
    }

    private void mark(String key, @Nullable Object value) {
        Mark mark = new Mark(key, JsonValue.of(value));
        forward(transaction.insert(parent, left, right, 1, Contents.FORMAT, mark));
    }

    /// Gives the next units these attributes; past the end, line breaks are added as editors expect them.
    public void format(int length, Map<String, @Nullable Object> attributes) {
        skipNeedless(attributes);
        Map<String, @Nullable Object> former = open(attributes);
        int rest = length;
        while (right != null
                && (rest > 0 || (!former.isEmpty() && (right.isDeleted() || right.content instanceof Mark)))) {
            Item item = right;
            if (item.isLive()) {
                if (item.content instanceof Mark mark) {
                    if (!overwrite(item, mark, attributes, former, rest)) {
                        break;
                    }
                } else {
                    if (rest < item.length) {
                        transaction.split(item, rest);
                    }
                    rest -= item.length;
                }
            }
            forward(item);
        }
        if (rest > 0) {
            String breaks = "\n".repeat(rest);
            forward(transaction.insert(parent, left, right, rest, Contents.STRING, breaks));
        }
        close(former);
    }

    /// A mark on the way: one of a formatted key goes. False if the walk need not go on.
    private boolean overwrite(
            Item item,
            Mark mark,
            Map<String, @Nullable Object> attributes,
            Map<String, @Nullable Object> former,
            int rest) {
        Object value = mark.value().value();
        if (!attributes.containsKey(mark.key())) {
            current.put(mark.key(), value);
            return true;
        }
        if (equal(attributes.get(mark.key()), value)) {
            former.remove(mark.key());
        } else if (rest == 0) {
            return false;
        } else {
            former.put(mark.key(), value);
        }
        transaction.delete(item);
        return true;
    }

    /// Deletes the next units, and marks that have become needless between what is left.
    public void delete(int length) {
        Map<String, @Nullable Object> before = current();
        Item start = right;
        int rest = length;
        while (rest > 0 && right != null) {
            Item item = right;
            if (item.isLive() && item.ref != Contents.FORMAT && item.counts()) {
                if (rest < item.length) {
                    transaction.split(item, rest);
                }
                rest -= item.length;
                transaction.delete(item);
            }
            forward(item);
        }
        if (start != null && parent.formatted) {
            dropNeedless(start, right, before);
        }
    }

    private void dropNeedless(Item start, @Nullable Item here, Map<String, @Nullable Object> before) {
        Map<String, Mark> last = new HashMap<>();
        Item end = start;
        while (end != null && (end.isDeleted() || !end.counts())) {
            if (end.isLive() && end.content instanceof Mark mark) {
                last.put(mark.key(), mark);
            }
            end = end.right;
        }
        boolean passed = false;
        for (Item item = start; item != end && item != null; item = item.right) {
            passed |= item == here;
            if (item.isLive() && item.content instanceof Mark mark) {
                dropIfNeedless(item, mark, last.get(mark.key()) != mark, passed, before);
            }
        }
    }

    private void dropIfNeedless(
            Item item, Mark mark, boolean overwritten, boolean passed, Map<String, @Nullable Object> before) {
        Object value = mark.value().value();
        Object valueBefore = before.get(mark.key());
        boolean same = identical(valueBefore, value);
        if (overwritten || same) {
            transaction.delete(item);
            if (!passed && !same && identical(current.get(mark.key()), value)) {
                if (valueBefore == null) {
                    current.remove(mark.key());
                } else {
                    current.put(mark.key(), valueBefore);
                }
            }
        } else if (!passed) {
            update(current, mark);
        }
    }

    /// JavaScript's strict equality.
    private static boolean identical(@Nullable Object a, @Nullable Object b) {
        return isObject(a) || isObject(b) ? a == b : Objects.equals(a, b);
    }

    private static boolean isObject(@Nullable Object value) {
        return value instanceof Collection || value instanceof Map || value instanceof byte[];
    }

    /// Whether two values of an attribute mean the same: objects are compared one level deep.
    public static boolean equal(@Nullable Object a, @Nullable Object b) {
        if (a instanceof Map<?, ?> one && b instanceof Map<?, ?> other) {
            return one.size() == other.size()
                    && one.entrySet().stream()
                            .allMatch(e ->
                                    other.containsKey(e.getKey()) && identical(other.get(e.getKey()), e.getValue()));
        }
        if (a instanceof List<?> one && b instanceof List<?> other) {
            for (int i = 0; i < one.size() && one.size() == other.size(); i++) {
                if (!identical(one.get(i), other.get(i))) {
                    return false;
                }
            }
            return one.size() == other.size();
        }
        return identical(a, b);
    }
}
