package dev.stoa.server.store;

import org.jspecify.annotations.Nullable;

/// One entry of an entity's log. Immutable; the body is not to be changed.
///
/// @param offset its number, from 1 without holes
/// @param type what kind of record it is, for the feature that wrote it; 1 to 64 characters
/// @param at wall-clock milliseconds; never less than the record's before
/// @param label what reads may filter on, 1 to [#MAX_LABEL_LENGTH] characters; null for none
/// @param body the feature's bytes
public record LogRecord(
        long offset, String type, long at, @Nullable String label, byte[] body) {
    public static final int MAX_LABEL_LENGTH = 512;

    public LogRecord {
        if (offset < 1) {
            throw new IllegalArgumentException("offsets start at 1: " + offset);
        }
        StoredText.check("a record's type", type, 64);
        if (label != null) {
            StoredText.check("a record's label", label, MAX_LABEL_LENGTH);
        }
    }
}
