package dev.stoa.yjs.store;

import org.jspecify.annotations.Nullable;

/// A place in a list: behind the first `offset` units of a live item, at least one. Good until the list
/// changes.
public record Position(Item item, int offset) {
    private static final int LONG_WALK = 64;

    /// The place before an index above 0.
    static Position before(TypeNode parent, int index) {
        ListIndex known = parent.index();
        Item item = known == null ? parent.start : known.blockBefore(index);
        int rest = known == null ? index : index - known.start();
        int steps = 0;
        while (item != null) {
            int visible = item.visible();
            if (rest <= visible) {
                return new Position(item, rest);
            }
            rest -= visible;
            item = item.right;
            if (known == null && ++steps == LONG_WALK && parent.start != null) {
                parent.attach(new ListIndex(parent.start));
                return before(parent, index);
            }
        }
        throw new IndexOutOfBoundsException("index " + index + " exceeds the length " + parent.visibleLength);
    }

    /// The live item that holds the unit at an index, and the unit's offset in it; null if there is none.
    public static @Nullable Position at(TypeNode parent, int index) {
        if (index < 0 || index >= parent.visibleLength) {
            return null;
        }
        Position position = before(parent, index + 1);
        return new Position(position.item, position.offset - 1);
    }

    /// The index of an item's first unit, or of where it was.
    public static int indexOf(TypeNode parent, Item item) {
        ListIndex known = parent.index();
        if (known != null && item.block != null) {
            return known.indexOf(item);
        }
        int index = 0;
        for (Item left = item.left; left != null; left = left.left) {
            index += left.visible();
        }
        return index;
    }
}
