package dev.stoa.yjs.store;

import dev.stoa.yjs.Subdocument;
import dev.stoa.yjs.wire.Contents;
import dev.stoa.yjs.wire.DeleteSet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A change of a document in progress: what it has touched so far, and the primitive steps. Confined to
/// its document.
///
/// It keeps books only for the clients it touches, so that its cost does not grow with the number of
/// those who ever wrote.
public final class Transaction {
    final Store store;
    private final @Nullable Object origin;
    private final boolean local;
    final List<Client> grown = new ArrayList<>(2);
    private final List<Client> deleting = new ArrayList<>(2);
    final List<Item> splits = new ArrayList<>();
    private final Map<TypeNode, Set<@Nullable String>> changed = new IdentityHashMap<>();
    private final Set<Subdocument> subdocumentsAdded = new LinkedHashSet<>();
    private final Set<Subdocument> subdocumentsRemoved = new LinkedHashSet<>();
    private @Nullable DeleteSet deletes;

    Transaction(Store store, @Nullable Object origin, boolean local) {
        this.store = store;
        this.origin = origin;
        this.local = local;
    }

    /// What the caller gave, to know its own changes again.
    public @Nullable Object origin() {
        return origin;
    }

    public boolean local() {
        return local;
    }

    /// The types that were changed, each with its keys; the key null stands for its list.
    public Map<TypeNode, Set<@Nullable String>> changed() {
        return changed;
    }

    public Set<Subdocument> subdocumentsAdded() {
        return subdocumentsAdded;
    }

    public Set<Subdocument> subdocumentsRemoved() {
        return subdocumentsRemoved;
    }

    /// Whether an item is new in this transaction.
    public boolean adds(Item item) {
        return !item.isOld();
    }

    /// Whether an item was deleted in this transaction.
    public boolean deletes(Item item) {
        return item.isDeleted() && deletes().contains(item.client.id, item.clock);
    }

    /// Whether a struct was added or something deleted.
    public boolean hasEffect() {
        return !grown.isEmpty() || !deleting.isEmpty();
    }

    void append(Struct struct) {
        if (struct.client.touch()) {
            grown.add(struct.client);
        }
        struct.client.append(struct);
    }

    void deleted(Struct struct) {
        Client client = struct.client;
        LongPairs pairs = client.deleted;
        if (pairs == null) {
            pairs = new LongPairs();
            client.deleted = pairs;
            deleting.add(client);
        }
        pairs.add(struct.clock, struct.length);
    }

    /// All that was deleted; final once asked.
    DeleteSet deletes() {
        DeleteSet set = deletes;
        if (set == null) {
            List<DeleteSet.Ranges> all = new ArrayList<>(deleting.size());
            for (Client client : deleting) {
                if (client.deleted != null) {
                    all.add(new DeleteSet.Ranges(client.id, client.deleted.toArray()));
                }
            }
            set = DeleteSet.of(all);
            deletes = set;
        }
        return set;
    }

    /// The clients that got structs, the largest id first.
    List<Client> grownDescending() {
        if (grown.size() > 1) {
            grown.sort(Comparator.comparingLong(Client::id).reversed());
        }
        return grown;
    }

    void end() {
        for (Client client : grown) {
            client.untouch();
        }
        for (Client client : deleting) {
            client.deleted = null;
        }
    }

    /// A new item of our own between two neighbours that stand side by side.
    Item insert(
            TypeNode parent, @Nullable Item left, @Nullable Item right, int length, int ref, @Nullable Object content) {
        Client own = store.own();
        Item item = new Item(own, own.end(), length, ref, content);
        item.parent = parent;
        item.left = left;
        item.right = right;
        if (left != null) {
            item.originClient = left.client;
            item.originClock = left.last();
        }
        if (right != null) {
            item.rightClient = right.client;
            item.rightClock = right.clock;
        }
        new Integrator(this).place(item);
        return item;
    }

    /// A new value of our own for a key.
    Item put(TypeNode parent, String key, int ref, @Nullable Object content) {
        Client own = store.own();
        Item item = new Item(own, own.end(), 1, ref, content);
        Item left = parent.key(key);
        item.parent = parent;
        item.parentSub = key;
        item.left = left;
        if (left != null) {
            item.originClient = left.client;
            item.originClock = left.last();
        }
        new Integrator(this).place(item);
        return item;
    }

    /// Cuts an item in two; the right part is returned.
    Item split(Item left, int offset) {
        if (left.content instanceof StringBuilder text) {
            left.content = text.toString();
        }
        Object content = left.content;
        Item right = new Item(
                left.client, left.clock + offset, left.length - offset, left.ref, Contents.from(content, offset));
        left.content = Contents.until(content, offset);
        if (left.isDeleted()) {
            right.markDeleted();
        }
        right.originClient = left.client;
        right.originClock = left.clock + offset - 1;
        right.rightClient = left.rightClient;
        right.rightClock = left.rightClock;
        right.parent = left.parent;
        right.parentSub = left.parentSub;
        right.left = left;
        right.right = left.right;
        left.right = right;
        left.length = offset;
        if (right.right != null) {
            right.right.left = right;
        } else if (right.parentSub != null && right.parent != null) {
            right.parent.putKey(right.parentSub, right);
        }
        splits.add(right);
        left.client.insertAfter(left.client.place(left.clock), right);
        if (left.block != null && left.parent != null && left.parent.index() != null) {
            left.parent.index().inserted(right, 0);
        }
        return right;
    }

    /// The struct that ends at a clock, cut there if it must be.
    Struct endingAt(Client client, long clock) {
        Struct struct = client.find(clock);
        if (struct instanceof Item item && item.last() != clock) {
            split(item, (int) (clock - item.clock + 1));
        }
        return struct;
    }

    /// The struct that begins at a clock, cut there if it must be.
    Struct beginningAt(Client client, long clock) {
        Struct struct = client.find(clock);
        if (struct instanceof Item item && item.clock != clock) {
            return split(item, (int) (clock - item.clock));
        }
        return struct;
    }

    /// Deletes an item, and what is inside it. Goes down without recursion: peers choose the depth.
    void delete(Item first) {
        if (first.isDeleted()) {
            return;
        }
        markDeleted(first);
        if (first.content instanceof TypeNode node) {
            ArrayDeque<TypeNode> nodes = new ArrayDeque<>();
            nodes.add(node);
            while (!nodes.isEmpty()) {
                deleteChildren(nodes.poll(), nodes);
            }
        }
    }

    private void deleteChildren(TypeNode node, ArrayDeque<TypeNode> nodes) {
        for (Item child = node.start; child != null; child = child.right) {
            deleteChild(child, nodes);
        }
        for (Item child : node.keys().values()) {
            deleteChild(child, nodes);
        }
        changed.remove(node);
    }

    private void deleteChild(Item child, ArrayDeque<TypeNode> nodes) {
        if (child.isLive()) {
            markDeleted(child);
            if (child.content instanceof TypeNode node) {
                nodes.add(node);
            }
        } else if (child.isOld()) {
            splits.add(child);
        }
    }

    private void markDeleted(Item item) {
        TypeNode parent = item.parent;
        if (parent != null) {
            if (item.parentSub == null && item.counts()) {
                parent.visibleLength -= item.length;
                if (parent.index() != null) {
                    parent.index().changed(item, -item.length);
                }
            }
            changed(parent, item.parentSub);
        }
        item.markDeleted();
        deleted(item);
        if (item.content instanceof Subdocument subdocument && !subdocumentsAdded.remove(subdocument)) {
            subdocumentsRemoved.add(subdocument);
        }
    }

    void changed(TypeNode type, @Nullable String key) {
        if (store.observed() && (type.item == null || (type.item.isOld() && type.item.isLive()))) {
            changed.computeIfAbsent(type, t -> new HashSet<>()).add(key);
        }
    }
}
