package dev.stoa.yjs;

import dev.stoa.yjs.store.Item;
import dev.stoa.yjs.store.Transaction;
import dev.stoa.yjs.store.TypeNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Hands a change to those who listen to types. Each type around a changed one is looked at once, however
/// many changed inside it: peers choose how deep types are nested. For one change.
final class Announcement {
    private static final Place OUTSIDE = new Place(0, null);

    private final YDoc doc;
    private final Map<TypeNode, Place> places = new IdentityHashMap<>();

    /// @param depth how many types are around it
    /// @param nearest who listens to it, or to what is around it
    private record Place(int depth, @Nullable Listening nearest) {}

    private record Listening(
            TypeNode node, Observers observers, @Nullable Listening outer) {}

    private record Inside(int depth, TypeEvent event) {}

    private Announcement(YDoc doc) {
        this.doc = doc;
    }

    static void of(YDoc doc, Transaction transaction) {
        new Announcement(doc).announce(transaction);
    }

    private void announce(Transaction transaction) {
        Map<Listening, List<Inside>> deep = new LinkedHashMap<>();
        transaction.changed().forEach((node, keys) -> {
            if (!node.isDeleted()) {
                TypeEvent event = new TypeEvent(doc, node, transaction, keys);
                Place place = place(node);
                for (Listening at = place.nearest; at != null; at = at.outer) {
                    if (at.node == node) {
                        at.observers.announce(event);
                    }
                    deep.computeIfAbsent(at, l -> new ArrayList<>()).add(new Inside(place.depth, event));
                }
            }
        });
        deep.forEach((at, events) -> {
            events.sort(Comparator.comparingInt(Inside::depth));
            at.observers.announceDeep(events.stream().map(Inside::event).toList());
        });
    }

    private Place place(TypeNode node) {
        ArrayDeque<TypeNode> unknown = new ArrayDeque<>();
        Place place = OUTSIDE;
        for (TypeNode at = node; at != null; at = outer(at)) {
            Place known = places.get(at);
            if (known != null) {
                place = known;
                break;
            }
            unknown.push(at);
        }
        for (TypeNode inner : unknown) {
            Listening nearest = inner.observers() instanceof Observers observers
                    ? new Listening(inner, observers, place.nearest)
                    : place.nearest;
            place = new Place(place.depth + 1, nearest);
            places.put(inner, place);
        }
        return place;
    }

    private static @Nullable TypeNode outer(TypeNode node) {
        Item holder = node.item();
        return holder == null ? null : holder.parent();
    }
}
