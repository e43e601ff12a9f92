package dev.stoa.server.document;

import dev.stoa.protocol.RawJson;

/// Records of a document, as they were at one moment. Immutable.
///
/// @param records an object of whole records by key
/// @param position where the document was; its changes since are those behind this
public record DocumentState(RawJson records, DocumentPosition position) {
    /// The counter.
    public long timestamp() {
        return position.timestamp();
    }
}
