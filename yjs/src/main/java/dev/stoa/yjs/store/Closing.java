package dev.stoa.yjs.store;

import dev.stoa.yjs.wire.Contents;
import dev.stoa.yjs.wire.DeleteSet;
import dev.stoa.yjs.wire.Values;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// The end of a transaction: contents of deleted items are collected, neighbours that have become one
/// are joined.
///
/// What is looked at is what the transaction touched, and the choice is that of yjs, so that a document
/// that saw the same history has the same structs. Confined to its document.
final class Closing {
    private static final int SHORT_TEXT = 256;

    private Closing() {}

    static void tidy(Transaction transaction) {
        DeleteSet deletes = transaction.deletes();
        if (transaction.store.collect) {
            collect(transaction.store, deletes);
        }
        joinDeleted(transaction.store, deletes);
        for (Client client : transaction.grown) {
            joinBetween(client, client.place(client.before()), client.lastPlace());
        }
        for (int i = transaction.splits.size() - 1; i >= 0; i--) {
            joinAround(transaction.splits.get(i));
        }
    }

    private static void collect(Store store, DeleteSet deletes) {
        for (DeleteSet.Ranges ranges : deletes.clients()) {
            Client client = store.client(ranges.client());
            for (int i = 0; i < ranges.count(); i++) {
                for (long at = client.place(ranges.clock(i)); at != Client.NOWHERE; at = client.next(at)) {
                    Struct struct = client.at(at);
                    if (struct.clock >= ranges.end(i)) {
                        break;
                    }
                    if (struct instanceof Item item && item.isDeleted() && item.ref != Contents.DELETED) {
                        collectContent(item);
                    }
                }
            }
        }
    }

    /// The item keeps its place, what was inside it does not. Goes down without recursion.
    private static void collectContent(Item item) {
        TypeNode type = item.type();
        item.content = null;
        item.ref = Contents.DELETED;
        if (type != null) {
            ArrayDeque<TypeNode> types = new ArrayDeque<>();
            types.add(type);
            while (!types.isEmpty()) {
                collectChildren(types.poll(), types);
            }
        }
    }

    private static void collectChildren(TypeNode type, ArrayDeque<TypeNode> types) {
        for (Item child = type.start; child != null; child = child.right) {
            collectWhole(child, types);
        }
        for (Item last : type.keys().values()) {
            for (Item child = last; child != null; child = child.left) {
                collectWhole(child, types);
            }
        }
        type.forgetChildren();
    }

    private static void collectWhole(Item child, ArrayDeque<TypeNode> types) {
        TypeNode type = child.type();
        if (type != null) {
            types.add(type);
        }
        child.client.replace(child.client.place(child.clock), new Struct(child.client, child.clock, child.length));
    }

    private static void joinDeleted(Store store, DeleteSet deletes) {
        for (DeleteSet.Ranges ranges : deletes.clients()) {
            Client client = store.client(ranges.client());
            for (int i = ranges.count() - 1; i >= 0; i--) {
                long last = client.place(ranges.end(i) - 1);
                long right = client.next(last);
                joinBetween(client, client.place(ranges.clock(i)), right == Client.NOWHERE ? last : right);
            }
        }
    }

    private static void joinAround(Struct split) {
        Client client = split.client;
        long place = client.place(split.clock);
        long right = client.next(place);
        joinBetween(client, place, right == Client.NOWHERE ? place : right);
    }

    /// Joins the structs from one place to another to their left neighbours, where they fit.
    private static void joinBetween(Client client, long low, long high) {
        long last = high;
        while (last != Client.NOWHERE && last >= low) {
            long first = last;
            long left = client.previous(first);
            while (left != Client.NOWHERE && fit(client.at(left), client.at(first))) {
                first = left;
                left = client.previous(first);
            }
            if (first != last) {
                join(client, first, last);
            }
            last = left;
        }
    }

    private static boolean fit(Struct left, Struct right) {
        if (!(left instanceof Item l)) {
            return !(right instanceof Item) && (long) left.length + right.length <= Integer.MAX_VALUE;
        }
        return right instanceof Item r
                && l.ref == r.ref
                && l.right == r
                && Contents.joins(l.ref)
                && l.isDeleted() == r.isDeleted()
                && r.originClient == l.client
                && r.originClock == l.last()
                && l.sameRightOrigin(r)
                && (long) l.length + r.length <= Integer.MAX_VALUE;
    }

    /// Makes one struct of several; their contents are put together once, not pair by pair.
    private static void join(Client client, long first, long last) {
        Struct struct = client.at(first);
        long total = client.at(last).end() - struct.clock;
        if (total > Integer.MAX_VALUE) {
            return;
        }
        if (struct instanceof Item item) {
            joinItems(client, item, first, last, (int) total);
        }
        struct.length = (int) total;
        client.removeAfter(first, last);
    }

    private static void joinItems(Client client, Item item, long first, long last, int total) {
        ListIndex index = item.parent != null && item.parentSub == null ? item.parent.index() : null;
        List<Item> others = new ArrayList<>();
        for (long at = client.next(first); ; at = client.next(at)) {
            if (client.at(at) instanceof Item other) {
                others.add(other);
            }
            if (at == last) {
                break;
            }
        }
        joinContents(item, others, total);
        for (Item other : others) {
            if (index != null) {
                index.joining(other);
            }
            item.right = other.right;
            if (other.right != null) {
                other.right.left = item;
            }
            if (other.parentSub != null && item.parent != null && item.parent.key(other.parentSub) == other) {
                item.parent.putKey(other.parentSub, item);
            }
        }
    }

    private static void joinContents(Item item, List<Item> others, int total) {
        switch (item.content) {
            case CharSequence text -> item.content = joinText(text, others, total);
            case Values values -> {
                List<Values> more = new ArrayList<>(others.size());
                for (Item other : others) {
                    if (other.content instanceof Values next) {
                        more.add(next);
                    }
                }
                item.content = values.with(more, total);
            }
            case null -> {}
            default -> {}
        }
    }

    /// Short text is joined as it is; long text goes to a builder, which takes the next keystroke
    /// without a copy.
    private static CharSequence joinText(CharSequence text, List<Item> others, int total) {
        if (total < SHORT_TEXT && others.size() == 1) {
            return text.toString().concat(String.valueOf(others.get(0).content));
        }
        StringBuilder joined =
                text instanceof StringBuilder builder ? builder : new StringBuilder(total + 16).append(text);
        for (Item other : others) {
            if (other.content instanceof CharSequence next) {
                joined.append(next);
            }
        }
        return total < SHORT_TEXT ? joined.toString() : joined;
    }
}
