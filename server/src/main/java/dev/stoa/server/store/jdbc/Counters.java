package dev.stoa.server.store.jdbc;

import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// A header's counters as a JSON object, which an operator can read.
final class Counters {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TypeReference<Map<String, Long>> COUNTS = new TypeReference<>() {};

    private Counters() {}

    static String write(Map<String, Long> counters) {
        return counters.isEmpty() ? "{}" : JSON.writeValueAsString(new TreeMap<>(counters));
    }

    static Map<String, Long> read(String text) {
        return text.equals("{}") ? Map.of() : JSON.readValue(text, COUNTS);
    }
}
