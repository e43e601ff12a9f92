package dev.stoa.yjs;

import dev.stoa.yjs.store.Item;
import dev.stoa.yjs.store.Position;
import dev.stoa.yjs.store.Transaction;
import dev.stoa.yjs.store.TypeNode;
import dev.stoa.yjs.wire.Contents;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A shared type whose kind is not named: it can be observed. Confined to its document.
///
/// Editing methods throw an [IndexOutOfBoundsException] for a place that is not there, and an
/// [IllegalStateException] inside a listener or beside another thread.
///
/// Two views of one type are equal. Editing a type that has been deleted fails with an
/// [IllegalStateException].
public sealed class YType permits YArray, YMap, YText, YXmlFragment {
    /// Of types in types, for what is handed out as values in values: whoever walks these has a stack.
    static final int MOST_LEVELS = 500;

    final YDoc doc;
    final TypeNode node;

    YType(YDoc doc, TypeNode node) {
        this.doc = doc;
        this.node = node;
    }

    /// The document that it belongs to.
    public final YDoc doc() {
        return doc;
    }

    /// Whether it, or something around it, has been deleted.
    public final boolean isDeleted() {
        return node.isDeleted();
    }

    /// The name of a root; empty for a type inside another.
    public final Optional<String> rootName() {
        return node.item() == null ? Optional.of(node.name()) : Optional.empty();
    }

    /// Called once for every change of this type, inside the thread that made it, before what was
    /// deleted is collected.
    public final Subscription observe(Consumer<TypeEvent> listener) {
        return doc.observers(node).add(listener);
    }

    /// Called once for every change of this type or of types inside it.
    public final Subscription observeDeep(Consumer<List<TypeEvent>> listener) {
        return doc.observers(node).addDeep(listener);
    }

    final void edit(Consumer<Transaction> body) {
        if (node.isDeleted()) {
            throw new IllegalStateException("a type that has been deleted is edited");
        }
        doc.edit(null, body);
    }

    final void checkIndex(int index, int length) {
        if (index < 0 || length < 0 || index > node.visibleLength() - length) {
            throw new IndexOutOfBoundsException(
                    "index " + index + " and length " + length + " exceed the length " + node.visibleLength());
        }
    }

    final @Nullable Object unit(int index) {
        Position position = Position.at(node, index);
        if (position == null) {
            throw new IndexOutOfBoundsException("index " + index + " exceeds the length " + node.visibleLength());
        }
        Item item = position.item();
        return Plain.out(doc, item.ref(), item.content(), position.offset());
    }

    final List<@Nullable Object> units() {
        List<@Nullable Object> units = new ArrayList<>(node.visibleLength());
        for (Item item = node.start(); item != null; item = item.right()) {
            for (int i = 0; i < item.visible(); i++) {
                units.add(Plain.out(doc, item.ref(), item.content(), i));
            }
        }
        return units;
    }

    final @Nullable Object keyed(String key) {
        Item item = node.key(key);
        return item == null || !item.isLive() ? null : lastUnit(item);
    }

    final boolean hasKey(String key) {
        Item item = node.key(key);
        return item != null && item.isLive();
    }

    final Map<String, @Nullable Object> entries() {
        Map<String, @Nullable Object> entries = new LinkedHashMap<>();
        node.keys().forEach((key, item) -> {
            if (item.isLive()) {
                entries.put(key, lastUnit(item));
            }
        });
        return entries;
    }

    final @Nullable Object lastUnit(Item item) {
        return Plain.out(doc, item.ref(), item.content(), item.length() - 1);
    }

    /// The JSON form of a value of this document.
    static @Nullable Object json(@Nullable Object value, int depth) {
        if (depth > MOST_LEVELS) {
            throw new IllegalStateException("types are nested deeper than " + MOST_LEVELS + " levels");
        }
        return switch (value) {
            case YArray array -> {
                List<@Nullable Object> list = array.units();
                for (int i = 0; i < list.size(); i++) {
                    list.set(i, json(list.get(i), depth + 1));
                }
                yield list;
            }
            case YText text -> text.toString();
            case YMap map -> {
                Map<String, @Nullable Object> object = map.entries();
                for (Map.Entry<String, @Nullable Object> entry : object.entrySet()) {
                    entry.setValue(json(entry.getValue(), depth + 1));
                }
                yield object;
            }
            case YXmlFragment fragment -> fragment.toString();
            case null -> null;
            default -> value;
        };
    }

    final <T extends YType> TypeNode newNode(YKind<T> kind) {
        return TypeNode.inside(kind.typeRef(), kind.name());
    }

    static boolean isText(Item item) {
        return item.isLive() && item.ref() == Contents.STRING;
    }

    @Override
    public final boolean equals(@Nullable Object other) {
        return other instanceof YType that && node == that.node;
    }

    @Override
    public final int hashCode() {
        return System.identityHashCode(node);
    }
}
