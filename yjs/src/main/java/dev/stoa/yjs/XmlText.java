package dev.stoa.yjs;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// XML nodes as yjs prints them. Goes down without recursion, since peers choose the depth. For one
/// printing.
final class XmlText {
    private final StringBuilder text = new StringBuilder();
    /// What is still to be printed, the next part on top.
    private final ArrayDeque<Part> open = new ArrayDeque<>();

    private sealed interface Part {}

    private record Verbatim(String text) implements Part {}

    private record Value(@Nullable Object value) implements Part {}

    private XmlText() {}

    static String of(YType node) {
        XmlText xml = new XmlText();
        xml.print(node);
        while (!xml.open.isEmpty()) {
            switch (xml.open.pop()) {
                case Verbatim part -> xml.text.append(part.text);
                case Value part -> xml.print(part.value);
            }
        }
        return xml.text.toString();
    }

    private void print(@Nullable Object value) {
        switch (value) {
            case YXmlElement element -> next(element(element));
            case YXmlFragment fragment -> next(children(fragment, new ArrayList<>()));
            case YXmlText formatted -> next(runs(formatted));
            case YText plain -> text.append(plain.plainText());
            case YType ignored -> text.append("[object Object]");
            case null -> text.append("null");
            default -> text.append(Plain.text(value));
        }
    }

    private void next(List<Part> parts) {
        parts.reversed().forEach(open::push);
    }

    private static List<Part> element(YXmlElement element) {
        String name = element.nodeName().toLowerCase(Locale.ROOT);
        List<Part> parts = new ArrayList<>();
        parts.add(new Verbatim("<" + name));
        attributes(element.attributes(), parts);
        parts.add(new Verbatim(">"));
        children(element, parts);
        parts.add(new Verbatim("</" + name + ">"));
        return parts;
    }

    private static List<Part> children(YXmlFragment fragment, List<Part> parts) {
        fragment.units().forEach(child -> parts.add(new Value(child)));
        return parts;
    }

    /// Runs of text, each in a tag for every format.
    private static List<Part> runs(YXmlText formatted) {
        List<Part> parts = new ArrayList<>();
        for (DeltaOp.Insert op : formatted.toDelta()) {
            TreeMap<String, @Nullable Object> formats = new TreeMap<>(op.attributes());
            formats.forEach((name, value) -> {
                parts.add(new Verbatim("<" + name));
                attributes(ownKeys(value), parts);
                parts.add(new Verbatim(">"));
            });
            parts.add(new Value(op.content()));
            formats.descendingKeySet().forEach(name -> parts.add(new Verbatim("</" + name + ">")));
        }
        return parts;
    }

    private static void attributes(Map<String, @Nullable Object> attributes, List<Part> parts) {
        new TreeMap<>(attributes).forEach((name, value) -> {
            parts.add(new Verbatim(" " + name + "=\""));
            parts.add(new Value(value));
            parts.add(new Verbatim("\""));
        });
    }

    /// What JavaScript lists as a value's own keys.
    private static Map<String, @Nullable Object> ownKeys(@Nullable Object value) {
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
