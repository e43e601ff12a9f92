package dev.stoa.server.room;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How much of its log a room keeps. What falls out is unreadable at once, and its space is freed later.
///
/// @param maxRecords the newest so many records; null for all
/// @param maxAge records younger than this; null for all
public record Retention(
        @Nullable Integer maxRecords, @Nullable Duration maxAge) {
    public Retention {
        if (maxRecords != null && maxRecords < 1) {
            throw new IllegalArgumentException("history.maxRecords must be at least 1: " + maxRecords);
        }
        if (maxAge != null && maxAge.toSeconds() < 1) {
            throw new IllegalArgumentException("history.maxAgeSeconds must be at least 1: " + maxAge);
        }
    }

    public static Retention unlimited() {
        return new Retention(null, null);
    }
}
