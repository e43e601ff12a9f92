package dev.stoa.protocol.room;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which messages to read: a page going back from the newest or from a cursor, or going on from a
/// position.
///
/// @param limit at most so many; the instance's `historyLimit` by default, 1000 at most
/// @param cursor of the page before, whichever way that went; then `after` is absent
/// @param after reads, oldest first, what follows this position
/// @param types only messages of these types
/// @param from only messages published then or later
/// @param to only messages published before then
public record HistoryOptions(
        @Nullable Integer limit,
        @Nullable String cursor,
        @Nullable LogPosition after,
        @Nullable List<String> types,
        @Nullable Instant from,
        @Nullable Instant to) {
    public static HistoryOptions latest() {
        return new HistoryOptions(null, null, null, null, null, null);
    }

    public static HistoryOptions after(LogPosition position) {
        return new HistoryOptions(null, null, position, null, null, null);
    }

    public HistoryOptions withLimit(int newLimit) {
        return new HistoryOptions(newLimit, cursor, after, types, from, to);
    }

    public HistoryOptions withCursor(@Nullable String newCursor) {
        return new HistoryOptions(limit, newCursor, after, types, from, to);
    }

    public HistoryOptions ofTypes(String... newTypes) {
        return new HistoryOptions(limit, cursor, after, List.of(newTypes), from, to);
    }

    public HistoryOptions between(@Nullable Instant newFrom, @Nullable Instant newTo) {
        return new HistoryOptions(limit, cursor, after, types, newFrom, newTo);
    }
}
