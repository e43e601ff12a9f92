package dev.stoa.yjs;

import dev.stoa.yjs.store.ListEdits;
import dev.stoa.yjs.store.TypeNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Text inside an XML tree; its formats are tags. Confined to its document.
public final class YXmlText extends YText {
    YXmlText(YDoc doc, TypeNode node) {
        super(doc, node);
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

    /// The text with its formats as nested tags, **not escaped**: to compare, never to serve as HTML.
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (DeltaOp.Insert op : toDelta()) {
            List<String> names = new ArrayList<>();
            new TreeMap<>(op.attributes()).forEach((name, value) -> {
                names.add(name);
                text.append('<').append(name);
                parts(value)
                        .forEach((key, part) -> text.append(' ')
                                .append(key)
                                .append("=\"")
                                .append(Plain.text(part))
                                .append('"'));
                text.append('>');
            });
            text.append(Plain.text(op.content()));
            for (String name : names.reversed()) {
                text.append("</").append(name).append('>');
            }
        }
        return text.toString();
    }

    /// What JavaScript lists as a value's own keys, sorted as text.
    private static Map<String, @Nullable Object> parts(@Nullable Object value) {
        Map<String, @Nullable Object> parts = new TreeMap<>();
        switch (value) {
            case Map<?, ?> map -> map.forEach((key, part) -> parts.put((String) key, part));
            case List<?> list -> {
                for (int i = 0; i < list.size(); i++) {
                    parts.put(String.valueOf(i), list.get(i));
                }
            }
            case String string -> {
                for (int i = 0; i < string.length(); i++) {
                    parts.put(String.valueOf(i), String.valueOf(string.charAt(i)));
                }
            }
            case null -> {}
            default -> {}
        }
        return parts;
    }
}
