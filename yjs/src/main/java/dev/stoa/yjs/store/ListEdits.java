package dev.stoa.yjs.store;

import dev.stoa.yjs.Subdocument;
import dev.stoa.yjs.wire.Contents;
import dev.stoa.yjs.wire.Values;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Edits of lists and of keys, as yjs writes them. Confined to its document.
public final class ListEdits {
    private ListEdits() {}

    /// Inserts values before an index: runs of plain values become one item, everything else one item each.
    ///
    /// @param values plain ones, byte[], [Subdocument] or [TypeNode]
    public static void insert(Transaction transaction, TypeNode parent, int index, List<?> values) {
        Item left = endingBefore(transaction, parent, index);
        Item right = left == null ? parent.start : left.right;
        List<@Nullable Object> plain = new ArrayList<>();
        for (Object value : values) {
            int ref = refOf(value);
            if (ref == Contents.ANY) {
                plain.add(value);
            } else {
                left = insertPlain(transaction, parent, left, right, plain);
                left = transaction.insert(parent, left, right, 1, ref, value);
            }
        }
        insertPlain(transaction, parent, left, right, plain);
    }

    private static @Nullable Item insertPlain(
            Transaction transaction,
            TypeNode parent,
            @Nullable Item left,
            @Nullable Item right,
            List<@Nullable Object> plain) {
        if (plain.isEmpty()) {
            return left;
        }
        Values values = new Values(plain.toArray());
        plain.clear();
        return transaction.insert(parent, left, right, values.length(), Contents.ANY, values);
    }

    private static int refOf(@Nullable Object value) {
        return switch (value) {
            case null -> Contents.ANY;
            case byte[] ignored -> Contents.BINARY;
            case Subdocument ignored -> Contents.SUBDOCUMENT;
            case TypeNode ignored -> Contents.TYPE;
            default -> Contents.ANY;
        };
    }

    public static void delete(Transaction transaction, TypeNode parent, int index, int length) {
        Item left = endingBefore(transaction, parent, index);
        Item item = left == null ? parent.start : left.right;
        int rest = length;
        while (rest > 0 && item != null) {
            if (item.isLive()) {
                if (rest < item.length) {
                    transaction.split(item, rest);
                }
                rest -= item.length;
                transaction.delete(item);
            }
            item = item.right;
        }
    }

    public static void put(Transaction transaction, TypeNode parent, String key, @Nullable Object value) {
        int ref = refOf(value);
        Object content = ref == Contents.ANY ? new Values(new Object[] {value}) : value;
        transaction.put(parent, key, ref, content);
    }

    public static void remove(Transaction transaction, TypeNode parent, String key) {
        Item item = parent.key(key);
        if (item != null) {
            transaction.delete(item);
        }
    }

    /// The item that ends where an index begins, cut there if it must be; null for the start of the list.
    private static @Nullable Item endingBefore(Transaction transaction, TypeNode parent, int index) {
        if (index == 0) {
            return null;
        }
        Position position = Position.before(parent, index);
        Item item = position.item();
        if (position.offset() < item.length) {
            transaction.split(item, position.offset());
        }
        return item;
    }
}
