package dev.stoa.server.room;

import dev.stoa.protocol.RawJson;
import tools.jackson.databind.node.ObjectNode;

/// Merges JSON objects by their top-level keys. Stateless.
final class Merge {
    private Merge() {}

    /// `change` laid over `present`: a key with `null` is removed, any other is set.
    ///
    /// @param replace whether `change` takes the place of everything, its nulls left out
    static RawJson of(RawJson present, RawJson change, boolean replace) {
        ObjectNode merged = (ObjectNode) (replace ? RawJson.EMPTY_OBJECT : present).tree();
        change.tree().properties().forEach(entry -> {
            if (entry.getValue().isNull()) {
                merged.remove(entry.getKey());
            } else {
                merged.set(entry.getKey(), entry.getValue());
            }
        });
        return RawJson.of(merged);
    }
}
