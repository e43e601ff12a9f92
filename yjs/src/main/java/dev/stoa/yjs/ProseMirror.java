package dev.stoa.yjs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// XML nodes as ProseMirror's JSON: an element's name is a node's type, its attributes are attrs,
/// formats are marks.
final class ProseMirror {
    /// The editor's binding adds a hash to the name of a mark that may overlap with itself.
    private static final Pattern OVERLAPPING = Pattern.compile("(.*)(--[a-zA-Z0-9+/=]{8})");

    private ProseMirror() {}

    static Map<String, @Nullable Object> document(YXmlFragment fragment) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("type", "doc");
        document.put("content", content(fragment, 0));
        return document;
    }

    private static List<Object> content(YXmlFragment fragment, int depth) {
        if (depth > YType.MOST_LEVELS) {
            throw new IllegalStateException("nodes are nested deeper than " + YType.MOST_LEVELS + " levels");
        }
        List<Object> content = new ArrayList<>();
        for (YType child : fragment.children()) {
            switch (child) {
                case YXmlElement element -> content.add(node(element, depth));
                case YText text -> text.toDelta().forEach(op -> content.add(text(op)));
                default -> throw new IllegalStateException("ProseMirror has no node for " + child);
            }
        }
        return content;
    }

    private static Map<String, @Nullable Object> node(YXmlElement element, int depth) {
        Map<String, @Nullable Object> node = new LinkedHashMap<>();
        node.put("type", element.nodeName());
        Map<String, @Nullable Object> attributes = element.attributes();
        if (!attributes.isEmpty()) {
            node.put("attrs", attributes);
        }
        List<Object> content = content(element, depth + 1);
        if (!content.isEmpty()) {
            node.put("content", content);
        }
        return node;
    }

    private static Map<String, @Nullable Object> text(DeltaOp.Insert op) {
        Map<String, @Nullable Object> text = new LinkedHashMap<>();
        text.put("type", "text");
        text.put("text", op.content());
        if (!op.attributes().isEmpty()) {
            List<Object> marks = new ArrayList<>();
            op.attributes().forEach((name, value) -> marks.add(mark(name, value)));
            text.put("marks", marks);
        }
        return text;
    }

    private static Map<String, @Nullable Object> mark(String name, @Nullable Object value) {
        Map<String, @Nullable Object> mark = new LinkedHashMap<>();
        Matcher overlapping = OVERLAPPING.matcher(name);
        mark.put("type", overlapping.matches() ? overlapping.group(1) : name);
        if (value instanceof Map<?, ?> attributes && !attributes.isEmpty()) {
            mark.put("attrs", attributes);
        }
        return mark;
    }
}
