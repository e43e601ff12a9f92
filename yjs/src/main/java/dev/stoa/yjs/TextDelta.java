package dev.stoa.yjs;

import dev.stoa.yjs.store.Item;
import dev.stoa.yjs.store.TypeNode;
import dev.stoa.yjs.wire.Contents;
import dev.stoa.yjs.wire.Mark;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads a formatted text as insertions. For one reading.
final class TextDelta {
    private final YDoc doc;
    private final List<DeltaOp.Insert> ops = new ArrayList<>();
    private final Map<String, @Nullable Object> attributes = new LinkedHashMap<>();
    private final StringBuilder text = new StringBuilder();

    TextDelta(YDoc doc) {
        this.doc = doc;
    }

    /// @param then how it looked then; null for now
    List<DeltaOp.Insert> of(TypeNode node, @Nullable Snapshot then) {
        for (Item item = node.start(); item != null; item = item.right()) {
            if (then == null) {
                if (item.isLive()) {
                    add(item, 0, item.length());
                }
            } else {
                addShown(item, then);
            }
        }
        endText();
        return ops;
    }

    private void addShown(Item item, Snapshot then) {
        int from = 0;
        while (from < item.length()) {
            boolean shown = then.shows(item.clientId(), item.clock() + from);
            int to = from + 1;
            while (to < item.length() && then.shows(item.clientId(), item.clock() + to) == shown) {
                to++;
            }
            if (shown) {
                add(item, from, to);
            }
            from = to;
        }
    }

    private void add(Item item, int from, int to) {
        switch (item.ref()) {
            case Contents.STRING -> {
                if (item.content() instanceof CharSequence part) {
                    text.append(part, from, to);
                }
            }
            case Contents.EMBED, Contents.TYPE -> {
                endText();
                ops.add(new DeltaOp.Insert(Plain.out(doc, item.ref(), item.content(), 0), attributes));
            }
            case Contents.FORMAT -> {
                if (item.content() instanceof Mark mark) {
                    endText();
                    Object value = mark.value().value();
                    if (value == null) {
                        attributes.remove(mark.key());
                    } else {
                        attributes.put(mark.key(), value);
                    }
                }
            }
            default -> {}
        }
    }

    private void endText() {
        if (!text.isEmpty()) {
            ops.add(new DeltaOp.Insert(text.toString(), attributes));
            text.setLength(0);
        }
    }
}
