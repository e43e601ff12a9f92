package dev.stoa.server.document;

import java.io.IOException;
import java.util.Optional;

/// Where snapshots of an instance's documents come from and go to, beside the log: for moving from or to
/// the reference server, and for backups. The log decides: what is loaded here is taken up once, when
/// the log knows nothing of a document, and what is saved here is a copy.
///
/// Thread-safe; called on virtual threads, so it may block. Snapshots are JSON in the reference server's
/// form.
public interface DocumentStorage {
    /// The snapshot of a document; empty when there is none.
    ///
    /// @throws IOException when there may be one and it cannot be read: the document is refused then
    Optional<byte[]> load(String documentId) throws IOException;

    /// Keeps a snapshot, in the place of any before. Whole or not at all.
    void save(String documentId, byte[] snapshot) throws IOException;
}
