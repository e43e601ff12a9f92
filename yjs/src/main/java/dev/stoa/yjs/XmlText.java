package dev.stoa.yjs;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// XML nodes as yjs prints them.
final class XmlText {
    private XmlText() {}

    static String of(YXmlFragment fragment) {
        StringBuilder text = new StringBuilder();
        write(text, fragment, 0);
        return text.toString();
    }

    private static void write(StringBuilder text, @Nullable Object value, int depth) {
        if (depth > YType.MOST_LEVELS) {
            throw new IllegalStateException("nodes are nested deeper than " + YType.MOST_LEVELS + " levels");
        }
        switch (value) {
            case YXmlElement element -> {
                String name = element.nodeName().toLowerCase(Locale.ROOT);
                text.append('<')
                        .append(name)
                        .append(attributes(element.attributes()))
                        .append('>');
                element.units().forEach(child -> write(text, child, depth + 1));
                text.append("</").append(name).append('>');
            }
            case YXmlFragment fragment -> fragment.units().forEach(child -> write(text, child, depth + 1));
            case YText inner -> text.append(inner);
            case YType ignored -> text.append("[object Object]");
            case null -> text.append("null");
            default -> text.append(Plain.text(value));
        }
    }

    private static String attributes(Map<String, @Nullable Object> attributes) {
        return new TreeMap<>(attributes)
                .entrySet().stream()
                        .map(entry -> " " + entry.getKey() + "=\"" + Plain.text(entry.getValue()) + "\"")
                        .collect(Collectors.joining());
    }
}
