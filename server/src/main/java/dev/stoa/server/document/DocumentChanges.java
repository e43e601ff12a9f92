package dev.stoa.server.document;

import dev.stoa.protocol.RawJson;

/// What is newer than a position of a document. Immutable.
///
/// @param patches a list of patches to be applied in their order; empty when nothing is newer. The last is
///     an object of records with those of their fields that were written since, `_exists` `false` for
///     records deleted since (documents protocol, section 7). One may stand in front of it: records that
///     were made since are deleted by it, so that nothing stays of others that had their keys.
/// @param replaces whether the one patch is the whole document, in the place of whatever was known: it was
///     restored since, or never was where the position says
/// @param position what is known with the patches
public record DocumentChanges(RawJson patches, boolean replaces, DocumentPosition position) {
    private static final RawJson NONE = RawJson.trusted("[]");

    /// The counter.
    public long timestamp() {
        return position.timestamp();
    }

    /// Whether there is nothing new.
    public boolean isEmpty() {
        return patches.equals(NONE);
    }
}
