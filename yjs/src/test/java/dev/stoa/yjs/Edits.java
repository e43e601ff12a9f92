package dev.stoa.yjs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Carries out the edits of a script on a document, in the same words as the oracle.
final class Edits {
    private Edits() {}

    static void run(YDoc doc, List<List<Object>> edits) {
        doc.transact("script", () -> edits.forEach(edit -> run(doc, edit.get(0).toString(), edit)));
    }

    private static void run(YDoc doc, String name, List<Object> e) {
        switch (name) {
            case "insert" -> text(doc, e, null, text -> text.insert(at(e, 2, text.length() + 1), (String) e.get(3)));
            case "erase" ->
                text(doc, e, last(e, 4), text -> {
                    if (text.length() > 0) {
                        int at = at(e, 2, text.length());
                        text.delete(at, Math.min((int) e.get(3), text.length() - at));
                    }
                });
            case "insertWith" ->
                text(
                        doc,
                        e,
                        last(e, 5),
                        text -> text.insert(at(e, 2, text.length() + 1), (String) e.get(3), attributes(e.get(4))));
            case "insertPlain" ->
                text(doc, e, last(e, 4), text -> text.insert(at(e, 2, text.length() + 1), (String) e.get(3)));
            case "format" ->
                text(doc, e, last(e, 5), text -> {
                    if (text.length() > 0) {
                        int at = at(e, 2, text.length());
                        text.format(at, Math.min((int) e.get(3), text.length() - at), attributes(e.get(4)));
                    }
                });
            case "embed" ->
                text(
                        doc,
                        e,
                        last(e, 5),
                        text -> text.insertEmbed(at(e, 2, text.length() + 1), e.get(3), attributes(e.get(4))));
            case "embedType" ->
                text(doc, e, null, text -> text.create(at(e, 2, text.length() + 1), kind((String) e.get(3))));
            case "delta" ->
                text(doc, e, last(e, 3), text -> {
                    if (text.length() > 0) {
                        text.applyDelta(ops((List<?>) e.get(2)));
                    }
                });
            case "push" -> array(doc, e, array -> array.insert(at(e, 2, array.length() + 1), (List<?>) e.get(3)));
            case "pushType" ->
                array(doc, e, array -> array.create(at(e, 2, array.length() + 1), kind((String) e.get(3))));
            case "cut" -> cut(doc, e);
            case "set" -> map(doc, e, map -> map.set((String) e.get(2), e.get(3)));
            case "setType" -> map(doc, e, map -> map.create((String) e.get(2), kind((String) e.get(3))));
            case "setSubdocument" ->
                map(
                        doc,
                        e,
                        map -> map.set(
                                (String) e.get(2),
                                new Subdocument(
                                        (String) e.get(3),
                                        Boolean.TRUE.equals(e.get(4)) ? Map.of("autoLoad", true) : Map.of())));
            case "unset" -> map(doc, e, map -> map.remove((String) e.get(2)));
            case "node" ->
                fragment(doc, e, fragment -> fragment.create(at(e, 2, fragment.length() + 1), kind((String) e.get(3))));
            case "attribute" -> attributed(doc, e, (String) e.get(2), e.get(3));
            case "unattribute" -> attributed(doc, e, (String) e.get(2), null);
            default -> throw new IllegalArgumentException(name);
        }
    }

    private static Object last(List<Object> e, int index) {
        return e.size() > index ? e.get(index) : null;
    }

    private static int at(List<Object> e, int index, int modulus) {
        return (int) e.get(index) % modulus;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> attributes(Object value) {
        return (Map<String, Object>) value;
    }

    static List<DeltaOp> ops(List<?> list) {
        List<DeltaOp> ops = new ArrayList<>();
        for (Object element : list) {
            Map<?, ?> op = (Map<?, ?>) element;
            Map<String, Object> attributes = op.containsKey("attributes") ? attributes(op.get("attributes")) : Map.of();
            if (op.containsKey("insert")) {
                ops.add(new DeltaOp.Insert(op.get("insert"), attributes));
            } else if (op.containsKey("retain")) {
                ops.add(new DeltaOp.Retain((int) op.get("retain"), attributes));
            } else {
                ops.add(new DeltaOp.Delete((int) op.get("delete")));
            }
        }
        return ops;
    }

    @SuppressWarnings("unchecked")
    private static YKind<YType> kind(String name) {
        YKind<? extends YType> kind = switch (name) {
            case "text" -> YKind.TEXT;
            case "map" -> YKind.MAP;
            case "array" -> YKind.ARRAY;
            case "xmlText" -> YKind.XML_TEXT;
            case "fragment" -> YKind.XML_FRAGMENT;
            case "hook" -> YKind.xmlHook("hook");
            default -> YKind.xmlElement(name);
        };
        return (YKind<YType>) kind;
    }

    private interface Use<T> {
        void on(T type);
    }

    private static void text(YDoc doc, List<Object> e, Object formatted, Use<YText> use) {
        if (target(doc, e, formatted, "text", "xmlText") instanceof YText text) {
            use.on(text);
        }
    }

    private static void array(YDoc doc, List<Object> e, Use<YArray> use) {
        if (target(doc, e, null, "array") instanceof YArray array) {
            use.on(array);
        }
    }

    private static void map(YDoc doc, List<Object> e, Use<YMap> use) {
        if (target(doc, e, null, "map", "hook") instanceof YMap map) {
            use.on(map);
        }
    }

    private static void fragment(YDoc doc, List<Object> e, Use<YXmlFragment> use) {
        if (target(doc, e, null, "fragment", "element") instanceof YXmlFragment fragment) {
            use.on(fragment);
        }
    }

    private static void cut(YDoc doc, List<Object> e) {
        YType type = target(doc, e, null, "array", "fragment", "element");
        if (type instanceof YArray array && array.length() > 0) {
            int at = at(e, 2, array.length());
            array.delete(at, Math.min((int) e.get(3), array.length() - at));
        } else if (type instanceof YXmlFragment fragment && fragment.length() > 0) {
            int at = at(e, 2, fragment.length());
            fragment.delete(at, Math.min((int) e.get(3), fragment.length() - at));
        }
    }

    private static void attributed(YDoc doc, List<Object> e, String name, Object value) {
        YType type = target(doc, e, null, "element", "xmlText");
        if (type instanceof YXmlElement element) {
            if (value == null) {
                element.removeAttribute(name);
            } else {
                element.setAttribute(name, value);
            }
        } else if (type instanceof YXmlText text) {
            if (value == null) {
                text.removeAttribute(name);
            } else {
                text.setAttribute(name, value);
            }
        }
    }

    private static YType target(YDoc doc, List<Object> e, Object formatted, String... kinds) {
        if ("root".equals(formatted)) {
            return doc.text("f");
        }
        List<YType> types = new ArrayList<>();
        walk(doc.array("a"), types);
        walk(doc.text("f"), types);
        walk(doc.map("m"), types);
        walk(doc.text("t"), types);
        walk(doc.xmlFragment("x"), types);
        types.removeIf(type -> !Arrays.asList(kinds).contains(kindOf(type)));
        if (!"any".equals(formatted)) {
            types.remove(doc.text("f"));
        }
        return types.isEmpty() ? null : types.get((int) e.get(1) % types.size());
    }

    private static void walk(YType type, List<YType> out) {
        out.add(type);
        Iterable<?> children = switch (type) {
            case YMap map -> new TreeMap<>(new LinkedHashMap<>(map.toMap())).values();
            case YText text ->
                text.toDelta().stream().map(DeltaOp.Insert::content).toList();
            case YArray array -> array.toList();
            case YXmlFragment fragment -> fragment.children();
            default -> List.of();
        };
        for (Object child : children) {
            if (child instanceof YType inner) {
                walk(inner, out);
            }
        }
    }

    private static String kindOf(YType type) {
        return switch (type) {
            case YXmlText ignored -> "xmlText";
            case YText ignored -> "text";
            case YXmlHook ignored -> "hook";
            case YMap ignored -> "map";
            case YArray ignored -> "array";
            case YXmlElement ignored -> "element";
            default -> "fragment";
        };
    }
}
