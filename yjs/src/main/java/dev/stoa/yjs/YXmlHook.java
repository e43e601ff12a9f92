package dev.stoa.yjs;

import dev.stoa.yjs.store.TypeNode;

/// A map that an application shows as an XML node of its own. Confined to its document.
public final class YXmlHook extends YMap {
    YXmlHook(YDoc doc, TypeNode node) {
        super(doc, node);
    }

    public String hookName() {
        return node.name();
    }
}
