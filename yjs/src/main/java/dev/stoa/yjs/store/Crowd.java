package dev.stoa.yjs.store;

import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A place where many have inserted at once, and some of their items by client: landmarks from which
/// the next one is looked for. Confined to its document.
///
/// Items of one origin and one right origin stand in the order of their clients, and what follows each
/// of them descends from it. So the scan for the place of another one comes past every such item of a
/// smaller client and goes on from there as if it had begun there.
final class Crowd {
    /// A scan of so many candidates leaves a landmark.
    static final int NEAR = 32;

    private final @Nullable Client originClient;
    private final @Nullable Client rightClient;
    private final long originClock;
    private final long rightClock;
    private final @Nullable String key;
    private final NavigableMap<Long, Item> landmarks = new TreeMap<>();

    Crowd(Item item) {
        this.originClient = item.originClient;
        this.originClock = item.originClock;
        this.rightClient = item.rightClient;
        this.rightClock = item.rightClock;
        this.key = item.parentSub;
    }

    boolean isAround(Item item) {
        return item.originClient == originClient
                && item.rightClient == rightClient
                && (originClient == null || item.originClock == originClock)
                && (rightClient == null || item.rightClock == rightClock)
                && Objects.equals(item.parentSub, key);
    }

    void add(Item item) {
        landmarks.put(item.client.id, item);
    }

    /// The landmark of the next smaller client.
    @Nullable
    Item before(Item item) {
        return standing(landmarks.headMap(item.client.id, false).descendingMap());
    }

    /// The landmark of the same or the next larger client.
    @Nullable
    Item after(Item item) {
        return standing(landmarks.tailMap(item.client.id, true));
    }

    /// The first that is still an item of its own; those that have been joined to others are forgotten.
    private static @Nullable Item standing(NavigableMap<Long, Item> candidates) {
        Map.Entry<Long, Item> first = candidates.firstEntry();
        while (first != null) {
            Item item = first.getValue();
            if (item.client.find(item.clock) == item) {
                return item;
            }
            candidates.remove(first.getKey());
            first = candidates.firstEntry();
        }
        return null;
    }
}
