package dev.stoa.server.store;

import org.jspecify.annotations.Nullable;

/// Which entities to list, by name. Immutable.
///
/// @param prefix what names start with; empty for all
/// @param status the header's status; null for any
/// @param after the name to go on behind; null from the start
/// @param limit at most so many, from 1 to 1000
public record EntityQuery(
        String kind,
        String prefix,
        @Nullable String status,
        @Nullable String after,
        int limit) {
    public EntityQuery {
        if (limit < 1 || limit > 1000) {
            throw new IllegalArgumentException("a listing's limit is 1 to 1000, not " + limit);
        }
    }
}
