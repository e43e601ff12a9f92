package dev.stoa.yjs.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Finds positions in a long list: the list cut into blocks of some dozens of items, each with its
/// visible length.
///
/// Built when a walk turns out long, then kept up to date by every change, foreign ones too. A search
/// starts at the block found last, because edits come in neighbourhoods. Confined to its document.
final class ListIndex {
    private static final int MOST_ITEMS = 96;

    /// A run of neighbouring items.
    static final class Block {
        private int place;
        private int items;
        private int length;
        private Item first;

        private Block(Item first) {
            this.first = first;
        }
    }

    private @Nullable Block[] blocks = new Block[8];
    private int count;
    private int hint;
    private int hintStart;

    /// @param first the first item of a list that is not empty
    ListIndex(Item first) {
        Block block = null;
        for (Item item = first; item != null; item = item.right) {
            if (block == null || block.items == MOST_ITEMS / 2) {
                block = new Block(item);
                insert(count, block);
            }
            item.block = block;
            block.items++;
            block.length += item.visible();
        }
    }

    private Block at(int place) {
        Block block = blocks[place];
        if (block == null) {
            throw new IndexOutOfBoundsException(place);
        }
        return block;
    }

    /// The item in which the unit before `index` lies (the first item for 0), by the walk from a
    /// block's start.
    ///
    /// @return the first item of the block to walk from; [#start] tells the index it begins at
    Item blockBefore(int index) {
        while (hint > 0 && hintStart >= index) {
            hint--;
            hintStart -= at(hint).length;
        }
        while (hint + 1 < count && hintStart + at(hint).length < index) {
            hintStart += at(hint).length;
            hint++;
        }
        return at(hint).first;
    }

    int start() {
        return hintStart;
    }

    /// The index of an item's first visible unit.
    int indexOf(Item item) {
        Block block = block(item);
        while (hint > block.place) {
            hint--;
            hintStart -= at(hint).length;
        }
        while (hint < block.place) {
            hintStart += at(hint).length;
            hint++;
        }
        int index = hintStart;
        for (Item other = block.first; other != item && other != null; other = other.right) {
            index += other.visible();
        }
        return index;
    }

    private static Block block(Item item) {
        Block block = item.block;
        if (block == null) {
            throw new IllegalStateException("an item is not in its list's index");
        }
        return block;
    }

    /// An item has been linked, or split off its left neighbour.
    void inserted(Item item, int addedLength) {
        Block block = item.left == null ? at(0) : block(item.left);
        if (item.left == null) {
            block.first = item;
        }
        item.block = block;
        block.items++;
        changed(block, addedLength);
        if (block.items > MOST_ITEMS) {
            halve(block);
        }
    }

    void changed(Item item, int delta) {
        changed(block(item), delta);
    }

    private void changed(Block block, int delta) {
        block.length += delta;
        if (block.place < hint) {
            hintStart += delta;
        }
    }

    /// An item is about to be joined to its left neighbour.
    void joining(Item item) {
        Block block = block(item);
        Item left = item.left;
        if (left == null) {
            throw new IllegalStateException("nothing stands left of a joined item");
        }
        int moved = item.visible();
        changed(block, -moved);
        changed(block(left), moved);
        item.block = null;
        block.items--;
        if (block.items == 0) {
            remove(block);
        } else if (block.first == item && item.right != null) {
            block.first = item.right;
        }
    }

    private void halve(Block block) {
        Item item = block.first;
        for (int i = 0; i < block.items / 2 && item.right != null; i++) {
            item = item.right;
        }
        Block upper = new Block(item);
        int half = block.items / 2;
        upper.items = block.items - half;
        for (int i = 0; i < upper.items && item != null; i++) {
            item.block = upper;
            upper.length += item.visible();
            item = item.right;
        }
        block.items = half;
        block.length -= upper.length;
        if (hint > block.place) {
            hint++;
        }
        insert(block.place + 1, upper);
    }

    private void insert(int place, Block block) {
        if (count == blocks.length) {
            blocks = Arrays.copyOf(blocks, count * 2);
        }
        System.arraycopy(blocks, place, blocks, place + 1, count - place);
        blocks[place] = block;
        count++;
        number(place);
    }

    private void remove(Block block) {
        int place = block.place;
        System.arraycopy(blocks, place + 1, blocks, place, count - place - 1);
        blocks[--count] = null;
        number(place);
        if (hint > place || hint == count) {
            hint--;
            if (hint + 1 == count && place == count) {
                hintStart -= at(hint).length;
            }
        }
    }

    private void number(int from) {
        for (int i = from; i < count; i++) {
            at(i).place = i;
        }
    }
}
