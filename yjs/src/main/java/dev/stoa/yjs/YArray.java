package dev.stoa.yjs;

import dev.stoa.yjs.store.ListEdits;
import dev.stoa.yjs.store.TypeNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A shared list of values and types. Confined to its document.
public final class YArray extends YType {
    YArray(YDoc doc, TypeNode node) {
        super(doc, node);
    }

    /// The number of values and types.
    public int length() {
        return node.visibleLength();
    }

    /// The value at an index; a [YType] for a type.
    ///
    /// @throws IndexOutOfBoundsException if there is none
    public @Nullable Object get(int index) {
        return unit(index);
    }

    /// All values; a [YType] for a type.
    public List<@Nullable Object> toList() {
        return units();
    }

    /// The values, types inside it in their JSON form.
    ///
    /// @throws IllegalStateException if types are nested deeper than 500 levels
    @SuppressWarnings("unchecked")
    public List<@Nullable Object> toJson() {
        Object json = json(this, 0);
        return json == null ? List.of() : (List<@Nullable Object>) json;
    }

    /// Inserts values.
    ///
    /// @param values null, [Undefined], Boolean, numbers, String, byte[], List, Map, [Subdocument]
    public void insert(int index, List<?> values) {
        checkIndex(index, 0);
        if (!values.isEmpty()) {
            List<?> own = values.stream().map(Plain::element).toList();
            edit(tx -> ListEdits.insert(tx, node, index, own));
        }
    }

    /// Inserts values at the end.
    public void append(List<?> values) {
        insert(length(), values);
    }

    /// Inserts a new, empty type.
    public <T extends YType> T create(int index, YKind<T> kind) {
        checkIndex(index, 0);
        TypeNode child = newNode(kind);
        edit(tx -> ListEdits.insert(tx, node, index, List.of(child)));
        return kind.type().cast(doc.view(child));
    }

    /// Deletes values and types with all that is inside them.
    public void delete(int index, int length) {
        checkIndex(index, length);
        if (length > 0) {
            edit(tx -> ListEdits.delete(tx, node, index, length));
        }
    }

    /// For logs: how long it is, not what is in it.
    @Override
    public String toString() {
        return "YArray[" + length() + "]";
    }
}
