package dev.stoa.yjs;

import dev.stoa.yjs.store.Item;
import dev.stoa.yjs.store.Position;
import dev.stoa.yjs.store.Transaction;
import dev.stoa.yjs.store.TypeNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a change did to one type. Good only while the listener runs.
public final class TypeEvent {
    private final YDoc doc;
    private final TypeNode node;
    private final Transaction transaction;
    private final Set<@Nullable String> changed;

    TypeEvent(YDoc doc, TypeNode node, Transaction transaction, Set<@Nullable String> changed) {
        this.doc = doc;
        this.node = node;
        this.transaction = transaction;
        this.changed = changed;
    }

    /// The type that changed.
    public YType target() {
        return doc.view(node);
    }

    /// What the caller of the change gave, to know its own changes again.
    public @Nullable Object origin() {
        return transaction.origin();
    }

    /// Whether the change was made here and did not come as an update.
    public boolean local() {
        return transaction.local();
    }

    /// Whether list elements, text or marks changed.
    public boolean listChanged() {
        return changed.contains(null);
    }

    /// What happened to the list or text, from its start on; empty if only keys changed.
    public List<DeltaOp> delta() {
        return target() instanceof YText ? new TextChange(doc, transaction).of(node) : listDelta();
    }

    private List<DeltaOp> listDelta() {
        ListChange change = new ListChange();
        if (listChanged()) {
            for (Item item = node.start(); item != null; item = item.right()) {
                if (!item.isLive()) {
                    if (transaction.deletes(item) && !transaction.adds(item)) {
                        change.delete(item.length());
                    }
                } else if (transaction.adds(item)) {
                    for (int i = 0; i < item.visible(); i++) {
                        change.insert(Plain.out(doc, item.ref(), item.content(), i));
                    }
                } else {
                    change.retain(item.visible());
                }
            }
        }
        return change.done();
    }

    /// Collects steps of one kind.
    private static final class ListChange {
        private final List<DeltaOp> ops = new ArrayList<>();
        private List<@Nullable Object> inserted = new ArrayList<>();
        private int deleted;
        private int retained;

        void insert(@Nullable Object value) {
            endRetain();
            endDelete();
            inserted.add(value);
        }

        void delete(int length) {
            endRetain();
            endInsert();
            deleted += length;
        }

        void retain(int length) {
            endInsert();
            endDelete();
            retained += length;
        }

        private void endInsert() {
            if (!inserted.isEmpty()) {
                ops.add(new DeltaOp.Insert(inserted, Map.of()));
                inserted = new ArrayList<>();
            }
        }

        private void endDelete() {
            if (deleted > 0) {
                ops.add(new DeltaOp.Delete(deleted));
                deleted = 0;
            }
        }

        private void endRetain() {
            if (retained > 0) {
                ops.add(new DeltaOp.Retain(retained, Map.of()));
                retained = 0;
            }
        }

        List<DeltaOp> done() {
            endInsert();
            endDelete();
            return ops;
        }
    }

    /// What happened to a key. Immutable.
    ///
    /// @param oldValue the value before; null for an added key
    public record KeyChange(Action action, @Nullable Object oldValue) {
        /// What it was.
        public enum Action {
            /// There was no value before.
            ADD,
            /// There was another value.
            UPDATE,
            /// There is no value now.
            DELETE
        }
    }

    /// The keys that changed, of a map or of attributes.
    public Map<String, KeyChange> keys() {
        Map<String, KeyChange> changes = new LinkedHashMap<>();
        for (String key : changed) {
            Item item = key == null ? null : node.key(key);
            KeyChange change = item == null ? null : keyChange(item);
            if (key != null && change != null) {
                changes.put(key, change);
            }
        }
        return changes;
    }

    private @Nullable KeyChange keyChange(Item item) {
        if (!transaction.adds(item)) {
            return transaction.deletes(item) ? new KeyChange(KeyChange.Action.DELETE, last(item)) : null;
        }
        Item before = item.left();
        while (before != null && transaction.adds(before)) {
            before = before.left();
        }
        boolean wasThere = before != null && transaction.deletes(before);
        if (transaction.deletes(item)) {
            return wasThere ? new KeyChange(KeyChange.Action.DELETE, last(before)) : null;
        }
        return wasThere
                ? new KeyChange(KeyChange.Action.UPDATE, last(before))
                : new KeyChange(KeyChange.Action.ADD, null);
    }

    private @Nullable Object last(@Nullable Item item) {
        return item == null ? null : Plain.out(doc, item.ref(), item.content(), item.length() - 1);
    }

    /// The way from an outer type to this one: keys (String) and indexes (Integer).
    public List<Object> path(YType from) {
        List<Object> path = new ArrayList<>();
        TypeNode at = node;
        while (at != from.node) {
            Item holder = at.item();
            TypeNode parent = holder == null ? null : holder.parent();
            if (holder == null || parent == null) {
                throw new IllegalArgumentException("the event's type is not inside the other one");
            }
            String key = holder.parentSub();
            path.add(key != null ? key : (Object) Position.indexOf(parent, holder));
            at = parent;
        }
        return path.reversed();
    }
}
