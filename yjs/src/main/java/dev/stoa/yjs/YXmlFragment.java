package dev.stoa.yjs;

import dev.stoa.yjs.store.ListEdits;
import dev.stoa.yjs.store.TypeNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A list of XML nodes: elements, texts, hooks. Confined to its document.
public sealed class YXmlFragment extends YType permits YXmlElement {
    YXmlFragment(YDoc doc, TypeNode node) {
        super(doc, node);
    }

    /// The number of nodes.
    public final int length() {
        return node.visibleLength();
    }

    /// The node at an index.
    ///
    /// @throws IndexOutOfBoundsException if there is none
    /// @throws IllegalStateException if what stands there is a value, which no editor writes
    public final YType get(int index) {
        if (unit(index) instanceof YType child) {
            return child;
        }
        throw new IllegalStateException("the node at " + index + " is no shared type");
    }

    /// All nodes; values, which no editor writes, are left out.
    public final List<YType> children() {
        return units().stream()
                .filter(YType.class::isInstance)
                .map(YType.class::cast)
                .toList();
    }

    /// Inserts a new, empty node.
    public final <T extends YType> T create(int index, YKind<T> kind) {
        checkIndex(index, 0);
        TypeNode child = newNode(kind);
        edit(tx -> ListEdits.insert(tx, node, index, List.of(child)));
        return kind.type().cast(doc.view(child));
    }

    /// Inserts a new, empty element.
    public final YXmlElement createElement(int index, String nodeName) {
        return create(index, YKind.xmlElement(nodeName));
    }

    /// Inserts a new text with this content.
    public final YXmlText createText(int index, String text) {
        YXmlText child = create(index, YKind.XML_TEXT);
        child.insert(0, text);
        return child;
    }

    /// Deletes nodes with all that is inside them.
    public final void delete(int index, int length) {
        checkIndex(index, length);
        if (length > 0) {
            edit(tx -> ListEdits.delete(tx, node, index, length));
        }
    }

    /// The nodes one after the other as XML, **not escaped**: to compare, never to serve as HTML.
    @Override
    public String toString() {
        return XmlText.of(this);
    }

    /// The tree as ProseMirror and Tiptap keep it: `{"type": "doc", "content": [...]}`.
    ///
    /// @throws IllegalStateException if nodes are nested deeper than 500 levels, or are none that
    /// ProseMirror has
    public final Map<String, @Nullable Object> toProseMirror() {
        return ProseMirror.document(this);
    }
}
