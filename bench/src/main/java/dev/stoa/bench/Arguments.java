package dev.stoa.bench;

import java.util.Map;
import java.util.TreeMap;

/// A program's options, given as `--name value`. Immutable.
record Arguments(Map<String, String> values) {
    /// @throws IllegalArgumentException when an argument is not `--name` followed by a value
    static Arguments of(String[] args) {
        Map<String, String> values = new TreeMap<>();
        for (int i = 0; i < args.length; i += 2) {
            if (!args[i].startsWith("--") || i + 1 == args.length) {
                throw new IllegalArgumentException("expected --name value, found " + args[i]);
            }
            values.put(args[i].substring(2), args[i + 1]);
        }
        return new Arguments(Map.copyOf(values));
    }

    String text(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    int number(String name, int otherwise) {
        String value = values.get(name);
        return value == null ? otherwise : Integer.parseInt(value);
    }

    @Override
    public String toString() {
        return new TreeMap<>(values).toString();
    }
}
