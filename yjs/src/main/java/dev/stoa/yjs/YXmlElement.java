package dev.stoa.yjs;

import dev.stoa.yjs.store.ListEdits;
import dev.stoa.yjs.store.TypeNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An XML element: a name, attributes, and nodes inside it. Confined to its document.
public final class YXmlElement extends YXmlFragment {
    YXmlElement(YDoc doc, TypeNode node) {
        super(doc, node);
    }

    public String nodeName() {
        return node.name();
    }

    public @Nullable Object attribute(String name) {
        return keyed(name);
    }

    public Map<String, @Nullable Object> attributes() {
        return entries();
    }

    public void setAttribute(String name, Object value) {
        Object own = Plain.element(value);
        edit(tx -> ListEdits.put(tx, node, name, own));
    }

    public void removeAttribute(String name) {
        edit(tx -> ListEdits.remove(tx, node, name));
    }
}
