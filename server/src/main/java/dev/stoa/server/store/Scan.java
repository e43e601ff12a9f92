package dev.stoa.server.store;

import java.util.Set;

/// Which records of a log to read, and which way. Immutable.
///
/// @param from the first offset, included
/// @param to the last offset, included; below `from` for nothing
/// @param descending whether the newest come first
/// @param types the record types wanted; empty for all
/// @param labels the labels wanted; empty for all
/// @param limit at most so many records, from 1 to [#MAX_LIMIT]
/// @param maxBytes stops after the record whose body passes this sum
public record Scan(
        long from, long to, boolean descending, Set<String> types, Set<String> labels, int limit, long maxBytes) {
    public static final int MAX_LIMIT = 10_000;
    public static final long USUAL_BYTES = 16L * 1024 * 1024;

    public Scan {
        types = Set.copyOf(types);
        labels = Set.copyOf(labels);
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("a scan's limit is 1 to " + MAX_LIMIT + ", not " + limit);
        }
    }

    public static Scan ascending(long from, long to, int limit) {
        return new Scan(from, to, false, Set.of(), Set.of(), limit, USUAL_BYTES);
    }

    public static Scan descending(long from, long to, int limit) {
        return new Scan(from, to, true, Set.of(), Set.of(), limit, USUAL_BYTES);
    }

    public Scan ofTypes(Set<String> wanted) {
        return new Scan(from, to, descending, wanted, labels, limit, maxBytes);
    }

    public Scan labelled(Set<String> wanted) {
        return new Scan(from, to, descending, types, wanted, limit, maxBytes);
    }
}
