package dev.stoa.yjs;

import dev.stoa.yjs.store.ListEdits;
import dev.stoa.yjs.store.TypeNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Text inside an XML tree; its formats are tags. Confined to its document.
public final class YXmlText extends YText {
    YXmlText(YDoc doc, TypeNode node) {
        super(doc, node);
    }

    /// The value of an attribute; null if there is none.
    public @Nullable Object attribute(String name) {
        return keyed(name);
    }

    /// All attributes, in no order that replicas share.
    public Map<String, @Nullable Object> attributes() {
        return entries();
    }

    /// Sets an attribute; yjs itself only writes texts, but any value that a [YMap] takes is kept.
    public void setAttribute(String name, Object value) {
        Object own = Plain.element(value);
        edit(tx -> ListEdits.put(tx, node, name, own));
    }

    /// Removes an attribute; nothing happens if there is none.
    public void removeAttribute(String name) {
        edit(tx -> ListEdits.remove(tx, node, name));
    }

    /// The text with its formats as nested tags, **not escaped**: to compare, never to serve as HTML.
    @Override
    public String toString() {
        return XmlText.of(this);
    }
}
