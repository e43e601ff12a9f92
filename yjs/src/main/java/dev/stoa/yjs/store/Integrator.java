package dev.stoa.yjs.store;

import dev.stoa.yjs.Subdocument;
import dev.stoa.yjs.wire.Contents;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Gives structs their place: the rules by which all replicas come to the same order. Confined to its
/// document, for one transaction.
final class Integrator {
    private final Transaction transaction;
    private final Store store;
    private long scanned;
    /// The first item of the chain that was just walked to its start, for an item that may go before it.
    private @Nullable Item chainStart;

    Integrator(Transaction transaction) {
        this.transaction = transaction;
        this.store = transaction.store;
    }

    /// How many candidates were looked at to order concurrent items; a peer can make this quadratic.
    long scanned() {
        return scanned;
    }

    /// A struct whose needs are met and of which at least the last unit is new.
    void integrate(Struct struct) {
        int known = (int) (struct.client.end() - struct.clock);
        if (struct instanceof Item item) {
            integrate(item, known);
        } else {
            collected(struct.client, struct.clock + known, struct.length - known);
        }
    }

    private void collected(Client client, long clock, int length) {
        transaction.append(new Struct(client, clock, length));
    }

    private void integrate(Item item, int known) {
        if (!resolve(item, known)) {
            collected(item.client, item.clock + known, item.length - known);
            return;
        }
        if (known > 0) {
            item.content = Contents.from(item.content, known);
            item.originClient = item.client;
            item.originClock = item.clock + known - 1;
            item.clock += known;
            item.length -= known;
        }
        place(item);
    }

    /// Finds the neighbours and the parent; false if one of them has been collected.
    private boolean resolve(Item item, int known) {
        if (item.hasParentById()) {
            item.parentResolved(parentById(item));
        }
        if (item.originClient != null) {
            if (!(transaction.endingAt(item.originClient, item.originClock) instanceof Item left)) {
                return false;
            }
            item.left = left;
        }
        if (item.rightClient != null) {
            if (!(transaction.beginningAt(item.rightClient, item.rightClock) instanceof Item right)) {
                return false;
            }
            item.right = right;
        }
        if (item.parent == null) {
            Item neighbour = item.left != null ? item.left : item.right;
            if (neighbour == null) {
                return false;
            }
            item.parent = neighbour.parent;
            item.parentSub = neighbour.parentSub;
        }
        if (known > 0) {
            if (!(transaction.endingAt(item.client, item.clock + known - 1) instanceof Item left)) {
                return false;
            }
            item.left = left;
        }
        return item.parent != null;
    }

    private @Nullable TypeNode parentById(Item item) {
        if (item.originClient == null) {
            return null;
        }
        return item.originClient.find(item.originClock) instanceof Item holder ? holder.type() : null;
    }

    /// Links a resolved item where it belongs among its siblings.
    void place(Item item) {
        TypeNode parent = item.parent;
        if (parent == null) {
            throw new IllegalStateException("an item without a parent has no place");
        }
        store.register(parent);
        Item left = item.left;
        Item right = item.right;
        if (left == null ? right == null || right.left != null : left.right != right) {
            left = behind(item, parent);
            item.left = left;
        }
        link(item, parent, left);
        if (item.ref == Contents.DELETED) {
            item.markDeleted();
        }
        transaction.append(item);
        int visible = item.parentSub == null ? item.visible() : 0;
        parent.visibleLength += visible;
        ListIndex index = item.parentSub == null ? parent.index() : null;
        if (index != null) {
            index.inserted(item, visible);
        }
        contentPlaced(item, parent);
        transaction.changed(parent, item.parentSub);
        if (item.isLive() && (parent.isDeleted() || (item.parentSub != null && item.right != null))) {
            transaction.delete(item);
        }
    }

    /// The item that ours goes behind, among those between its left and its right neighbour.
    private @Nullable Item behind(Item item, TypeNode parent) {
        Crowd crowd = parent.crowd();
        if (crowd != null && !crowd.isAround(item)) {
            crowd = null;
        }
        long before = scanned;
        Item left = item.left;
        Item landmark = crowd == null ? null : crowd.before(item);
        Item first = landmark != null ? landmark : left != null ? left.right : firstSibling(item, parent, crowd);
        Item candidate = first;
        Map<Item, Integer> seen = null;
        int ordinal = 0;
        int openFrom = 0;
        while (candidate != null && candidate != item.right) {
            if (seen != null) {
                seen.put(candidate, ordinal);
            }
            if (item.sameOrigin(candidate)) {
                if (candidate.client.id < item.client.id) {
                    left = candidate;
                    openFrom = ordinal + 1;
                } else if (item.sameRightOrigin(candidate)) {
                    break;
                }
            } else if (candidate.originClient != null) {
                if (seen == null) {
                    seen = seenUntil(first, candidate);
                }
                Struct origin = candidate.originClient.find(candidate.originClock);
                Integer place = origin instanceof Item known ? seen.get(known) : null;
                if (place == null) {
                    break;
                }
                if (place < openFrom) {
                    left = candidate;
                    openFrom = ordinal + 1;
                }
            } else {
                break;
            }
            candidate = candidate.right;
            ordinal++;
        }
        scanned += ordinal + 1;
        if (scanned - before > Crowd.NEAR) {
            parent.crowd(item, crowd);
        }
        return left;
    }

    private @Nullable Item firstSibling(Item item, TypeNode parent, @Nullable Crowd crowd) {
        if (item.parentSub == null) {
            return parent.start;
        }
        Item landmark = crowd == null ? null : crowd.after(item);
        chainStart = startOfChain(landmark != null ? landmark : parent.key(item.parentSub));
        return chainStart;
    }

    private @Nullable Item startOfChain(@Nullable Item within) {
        Item item = within;
        while (item != null && item.left != null) {
            item = item.left;
            scanned++;
        }
        return item;
    }

    private static Map<Item, Integer> seenUntil(@Nullable Item first, Item last) {
        Map<Item, Integer> seen = new IdentityHashMap<>();
        int ordinal = 0;
        for (Item item = first; item != null; item = item.right) {
            seen.put(item, ordinal++);
            if (item == last) {
                break;
            }
        }
        return seen;
    }

    private void link(Item item, TypeNode parent, @Nullable Item left) {
        Item right;
        if (left != null) {
            right = left.right;
            left.right = item;
        } else if (item.parentSub != null) {
            right = chainStart != null ? chainStart : startOfChain(parent.key(item.parentSub));
        } else {
            right = parent.start;
            parent.start = item;
        }
        chainStart = null;
        item.right = right;
        if (right != null) {
            right.left = item;
        } else if (item.parentSub != null) {
            parent.putKey(item.parentSub, item);
            if (left != null) {
                transaction.delete(left);
            }
        }
    }

    private void contentPlaced(Item item, TypeNode parent) {
        switch (item.ref) {
            case Contents.DELETED -> transaction.deleted(item);
            case Contents.FORMAT -> parent.formatted = true;
            case Contents.TYPE -> {
                if (item.content instanceof TypeNode node) {
                    node.item = item;
                }
            }
            case Contents.SUBDOCUMENT -> {
                if (item.content instanceof Subdocument subdocument) {
                    transaction.subdocumentsAdded().add(subdocument);
                }
            }
            default -> {}
        }
    }
}
