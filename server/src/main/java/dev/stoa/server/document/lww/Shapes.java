package dev.stoa.server.document.lww;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The shapes of one document's records, so that equal ones are one. Confined to its document. Bounded:
/// beyond [#MAX_SHARED], records have shapes of their own.
final class Shapes {
    private static final int MAX_SHARED = 1024;

    private final Map<List<String>, Shape> byNames = new HashMap<>();

    Shape of(List<String> names) {
        Shape known = byNames.get(names);
        if (known != null) {
            return known;
        }
        Shape made = new Shape(names);
        if (byNames.size() < MAX_SHARED) {
            byNames.put(made.names(), made);
        }
        return made;
    }
}
