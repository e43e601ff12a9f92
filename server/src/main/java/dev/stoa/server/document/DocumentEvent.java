package dev.stoa.server.document;

import dev.stoa.protocol.RawJson;

/// Something that happened to a document, and is kept. Immutable.
public sealed interface DocumentEvent {
    /// What is known with this event: events after it are those behind this position.
    DocumentPosition position();

    /// A list of patches, to be applied in their order.
    RawJson patches();

    /// The counter.
    default long timestamp() {
        return position().timestamp();
    }

    /// Records were changed: one edit, or in one event all that was missed.
    ///
    /// @param clientId who edited; empty when this is what was missed
    /// @param patches a list of patches to be applied in their order. Of an edit they are as they were
    ///     sent, array deltas included, without what was dropped; nothing is left when all was. What was
    ///     missed is as in [DocumentChanges].
    record Changed(String clientId, RawJson patches, DocumentPosition position) implements DocumentEvent {
        /// Whether this is what was missed, and not one edit.
        public boolean isCatchUp() {
            return clientId.isEmpty();
        }
    }

    /// The document is another: a snapshot was put in its place, or it never was where the subscriber
    /// took it to be. What was known of it before counts no more.
    ///
    /// @param patches a list of one patch: an object of all records by key
    record Restored(RawJson patches, DocumentPosition position) implements DocumentEvent {}
}
