package dev.stoa.server.document.lww;

import dev.stoa.protocol.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The merge rules of the documents protocol, section 5, written down as they stand there, on trees.
/// Slow and plain.
final class NaiveDocument {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private long timestamp;
    private final Map<String, ObjectNode> state = new LinkedHashMap<>();
    private final Map<String, Map<String, Long>> timestamps = new LinkedHashMap<>();

    void apply(String patches) {
        timestamp++;
        for (JsonNode patch : Json.mapper().readTree(patches)) {
            patch.properties().forEach(entry -> apply(entry.getKey(), (ObjectNode) entry.getValue()));
        }
    }

    private void apply(String key, ObjectNode value) {
        JsonNode exists = value.get("_exists");
        ObjectNode current = state.get(key);
        boolean dead = current == null || is(current.get("_exists"), false);
        if (is(exists, false)) {
            state.put(key, NODES.objectNode().put("_exists", false));
            timestamps.put(key, new LinkedHashMap<>(Map.of("_exists", timestamp)));
        } else if (dead && is(exists, true)) {
            state.put(key, NODES.objectNode());
            timestamps.put(key, new LinkedHashMap<>());
            write(key, value);
        } else if (!dead) {
            write(key, value);
        }
    }

    private static boolean is(JsonNode node, boolean expected) {
        return node != null && node.isBoolean() && node.booleanValue() == expected;
    }

    private void write(String key, ObjectNode value) {
        value.properties().forEach(field -> {
            ObjectNode record = state.get(key);
            record.set(field.getKey(), materialised(record.get(field.getKey()), field.getValue()));
            timestamps.get(key).put(field.getKey(), timestamp);
        });
    }

    private static JsonNode materialised(JsonNode before, JsonNode value) {
        if (!value.isObject()
                || !value.path("__buf").isNumber()
                || value.path("__buf").doubleValue() != 1) {
            return value;
        }
        List<JsonNode> elements = new ArrayList<>();
        for (int i = 0; i < value.get("len").intValue(); i++) {
            JsonNode carried = before != null && before.isArray() ? before.get(i) : null;
            elements.add(carried == null ? NODES.numberNode(0) : carried);
        }
        for (JsonNode run : value.get("runs")) {
            int at = run.get(0).intValue();
            for (JsonNode element : run.get(1)) {
                if (at >= 0 && at < elements.size()) {
                    elements.set(at, element);
                }
                at++;
            }
        }
        ArrayNode array = NODES.arrayNode();
        elements.forEach(array::add);
        return array;
    }

    JsonNode since(long since) {
        ObjectNode diff = NODES.objectNode();
        timestamps.forEach((key, stamps) -> {
            ObjectNode fields = NODES.objectNode();
            stamps.forEach((field, stamp) -> {
                if (stamp > since) {
                    fields.set(field, state.get(key).get(field));
                }
            });
            if (!fields.isEmpty()) {
                diff.set(key, fields);
            }
        });
        return diff;
    }

    JsonNode snapshot() {
        ObjectNode snapshot = NODES.objectNode();
        snapshot.put("timestamp", timestamp);
        ObjectNode records = snapshot.putObject("state");
        state.forEach(records::set);
        ObjectNode stamps = snapshot.putObject("timestamps");
        timestamps.forEach((key, fields) -> {
            ObjectNode of = stamps.putObject(key);
            fields.forEach((field, stamp) -> of.put(field, stamp.longValue()));
        });
        // as it would be read, so that numbers are of the same kind
        return Json.mapper().readTree(snapshot.toString());
    }
}
