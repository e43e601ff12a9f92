package dev.stoa.yjs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a reader of a document sees, in a form that can be compared with the oracle's.
final class View {
    private View() {}

    static Map<String, Object> of(YDoc doc) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("t", doc.text("t").toString());
        view.put("tDelta", delta(doc.text("t").toDelta()));
        view.put("f", delta(doc.text("f").toDelta()));
        view.put("a", doc.array("a").toJson());
        view.put("m", doc.map("m").toJson());
        view.put("x", doc.xmlFragment("x").toString());
        return view;
    }

    static List<Object> delta(List<? extends DeltaOp> delta) {
        List<Object> ops = new ArrayList<>();
        for (DeltaOp op : delta) {
            Map<String, Object> map = new LinkedHashMap<>();
            switch (op) {
                case DeltaOp.Insert insert -> {
                    map.put("insert", insert.content() instanceof YType type ? YType.json(type, 0) : insert.content());
                    attributes(map, insert.attributes());
                }
                case DeltaOp.Retain retain -> {
                    map.put("retain", (long) retain.length());
                    attributes(map, retain.attributes());
                }
                case DeltaOp.Delete delete -> map.put("delete", (long) delete.length());
            }
            ops.add(map);
        }
        return ops;
    }

    private static void attributes(Map<String, Object> map, Map<String, Object> attributes) {
        if (!attributes.isEmpty()) {
            map.put("attributes", attributes);
        }
    }

    /// One text for all equal values, whatever the order of keys.
    static String show(Object value) {
        return switch (value) {
            case null -> "null";
            case Map<?, ?> map -> {
                TreeMap<String, String> sorted = new TreeMap<>();
                map.forEach((key, part) -> sorted.put((String) key, show(part)));
                yield sorted.toString();
            }
            case List<?> list -> list.stream().map(View::show).toList().toString();
            case byte[] bytes -> Arrays.toString(bytes);
            case Subdocument subdocument -> "{subdocument='" + subdocument.guid() + "'}";
            case String text -> "'" + text + "'";
            case YType type -> show(YType.json(type, 0));
            default -> value.getClass().getSimpleName().charAt(0) + value.toString();
        };
    }
}
