package dev.stoa.yjs;

import dev.stoa.yjs.store.ListEdits;
import dev.stoa.yjs.store.TypeNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A shared map of values and types; of concurrent settings of a key all replicas keep the same one.
/// Confined to its document.
public sealed class YMap extends YType permits YXmlHook {
    YMap(YDoc doc, TypeNode node) {
        super(doc, node);
    }

    /// The number of entries.
    public int size() {
        return entries().size();
    }

    /// The value of a key; null if there is none, or if it is null: see [#containsKey].
    public @Nullable Object get(String key) {
        return keyed(key);
    }

    public boolean containsKey(String key) {
        return hasKey(key);
    }

    /// All entries, in no order that replicas share.
    public Map<String, @Nullable Object> toMap() {
        return entries();
    }

    /// All entries, types inside it in their JSON form.
    ///
    /// @throws IllegalStateException if types are nested deeper than 500 levels
    @SuppressWarnings("unchecked")
    public Map<String, @Nullable Object> toJson() {
        Object json = json(this, 0);
        return json == null ? Map.of() : (Map<String, @Nullable Object>) json;
    }

    /// Sets a key.
    ///
    /// @param value null, [Undefined], Boolean, a number, String, byte[], List, Map, [Subdocument]
    public void set(String key, @Nullable Object value) {
        Object own = Plain.element(value);
        edit(tx -> ListEdits.put(tx, node, key, own));
    }

    /// Sets a key to a new, empty type.
    public <T extends YType> T create(String key, YKind<T> kind) {
        TypeNode child = newNode(kind);
        edit(tx -> ListEdits.put(tx, node, key, child));
        return kind.type().cast(doc.view(child));
    }

    /// Removes a key; nothing happens if there is none.
    public void remove(String key) {
        edit(tx -> ListEdits.remove(tx, node, key));
    }

    /// For logs: the number of its entries, not what they hold.
    @Override
    public String toString() {
        return "YMap[" + size() + "]";
    }
}
