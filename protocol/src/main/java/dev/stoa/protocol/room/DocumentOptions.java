package dev.stoa.protocol.room;

import org.jspecify.annotations.Nullable;

/// Which updates of a document to read.
///
/// @param sinceClock only those with a greater clock
/// @param limit at most so many; the instance's `historyLimit` by default, 1000 at most
/// @param cursor of the page before
public record DocumentOptions(
        @Nullable Integer sinceClock,
        @Nullable Integer limit,
        @Nullable String cursor) {
    public static DocumentOptions all() {
        return new DocumentOptions(null, null, null);
    }
}
