package dev.stoa.yjs;

import dev.stoa.yjs.store.Item;
import dev.stoa.yjs.store.TextEdits;
import dev.stoa.yjs.store.TypeNode;
import dev.stoa.yjs.wire.Contents;
import dev.stoa.yjs.wire.JsonValue;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Shared text with formats, embeds and types in it. Indexes and lengths are UTF-16 units. Confined to
/// its document.
public sealed class YText extends YType permits YXmlText {
    YText(YDoc doc, TypeNode node) {
        super(doc, node);
    }

    /// The length in UTF-16 units; an embed or a type counts one.
    public final int length() {
        return node.visibleLength();
    }

    /// The text without formats and embeds; of a [YXmlText], its tags.
    @Override
    public String toString() {
        return plainText();
    }

    final String plainText() {
        StringBuilder text = new StringBuilder(node.visibleLength());
        for (Item item = node.start(); item != null; item = item.right()) {
            if (isText(item) && item.content() instanceof CharSequence part) {
                text.append(part);
            }
        }
        return text.toString();
    }

    /// The content as insertions with their attributes.
    public final List<DeltaOp.Insert> toDelta() {
        return new TextDelta(doc).of(node, null);
    }

    /// The content as it was in a snapshot; for documents that do not collect.
    public final List<DeltaOp.Insert> toDelta(Snapshot snapshot) {
        if (doc.options().collect()) {
            throw new IllegalStateException("a document that collects does not keep what it looked like");
        }
        return new TextDelta(doc).of(node, snapshot);
    }

    /// Inserts text with the attributes that are in force there.
    public final void insert(int index, String text) {
        checkIndex(index, 0);
        if (!text.isEmpty()) {
            edit(tx -> {
                TextEdits edits = TextEdits.at(tx, node, index);
                edits.insert(Contents.STRING, text.length(), text, edits.current());
            });
        }
    }

    /// Inserts text with exactly these attributes.
    public final void insert(int index, String text, Map<String, ? extends @Nullable Object> attributes) {
        checkIndex(index, 0);
        Map<String, @Nullable Object> own = Plain.attributes(attributes);
        if (!text.isEmpty()) {
            edit(tx -> TextEdits.at(tx, node, index).insert(Contents.STRING, text.length(), text, own));
        }
    }

    /// Inserts an object that takes one unit.
    ///
    /// @param embed what JSON can hold
    public final void insertEmbed(int index, Object embed, Map<String, ? extends @Nullable Object> attributes) {
        checkIndex(index, 0);
        JsonValue content = JsonValue.of(Plain.json(embed));
        Map<String, @Nullable Object> own = Plain.attributes(attributes);
        edit(tx -> TextEdits.at(tx, node, index).insert(Contents.EMBED, 1, content, own));
    }

    /// Inserts a new, empty type that takes one unit.
    public final <T extends YType> T create(int index, YKind<T> kind) {
        checkIndex(index, 0);
        TypeNode child = newNode(kind);
        edit(tx -> TextEdits.at(tx, node, index).insert(Contents.TYPE, 1, child, Map.of()));
        return kind.type().cast(doc.view(child));
    }

    /// Formats a range.
    ///
    /// @param attributes to set, or to switch off where the value is null
    public final void format(int index, int length, Map<String, ? extends @Nullable Object> attributes) {
        checkIndex(index, length);
        Map<String, @Nullable Object> own = Plain.attributes(attributes);
        if (length > 0) {
            edit(tx -> TextEdits.at(tx, node, index).format(length, own));
        }
    }

    /// Deletes a range, and marks that have become needless there.
    public final void delete(int index, int length) {
        checkIndex(index, length);
        if (length > 0) {
            edit(tx -> TextEdits.at(tx, node, index).delete(length));
        }
    }

    /// Carries out the steps of a delta in one pass. Retaining past the end adds line breaks, as
    /// editors expect it.
    public final void applyDelta(List<? extends DeltaOp> delta) {
        edit(tx -> {
            TextEdits edits = TextEdits.at(tx, node, 0);
            for (DeltaOp op : delta) {
                switch (op) {
                    case DeltaOp.Insert insert -> insert(edits, insert);
                    case DeltaOp.Retain retain -> edits.format(retain.length(), Plain.attributes(retain.attributes()));
                    case DeltaOp.Delete delete -> edits.delete(delete.length());
                }
            }
        });
    }

    private static void insert(TextEdits edits, DeltaOp.Insert insert) {
        Map<String, @Nullable Object> attributes = Plain.attributes(insert.attributes());
        if (insert.content() instanceof String text) {
            if (!text.isEmpty()) {
                edits.insert(Contents.STRING, text.length(), text, attributes);
            }
        } else {
            edits.insert(Contents.EMBED, 1, JsonValue.of(Plain.json(insert.content())), attributes);
        }
    }
}
