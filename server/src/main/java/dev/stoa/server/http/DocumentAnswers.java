package dev.stoa.server.http;

import dev.stoa.protocol.RawJson;
import dev.stoa.server.document.DocumentChanges;
import dev.stoa.server.document.DocumentPosition;
import dev.stoa.server.document.DocumentSession;
import dev.stoa.server.document.DocumentState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the routes of documents take and answer.
final class DocumentAnswers {
    private DocumentAnswers() {}

    /// @param timestamp the counter
    /// @param position the counter and the life of the document it counts in
    /// @param records whole records by key
    record DocumentRecords(long timestamp, String position, RawJson records) {
        static DocumentRecords of(DocumentState state) {
            return new DocumentRecords(state.timestamp(), state.position().toString(), state.records());
        }
    }

    /// @param replaces whether the patches are the whole document, in the place of whatever was known
    /// @param patches to be applied in their order
    record DocumentNews(long timestamp, String position, boolean replaces, List<RawJson> patches) {
        static RawDocumentNews of(DocumentChanges changes) {
            DocumentPosition position = changes.position();
            return new RawDocumentNews(
                    position.timestamp(), position.toString(), changes.replaces(), changes.patches());
        }
    }

    /// [DocumentNews] with the patches as their text.
    record RawDocumentNews(long timestamp, String position, boolean replaces, RawJson patches) {}

    /// The data of an event.
    ///
    /// @param clientId who edited; absent when this is what was missed
    /// @param patches to be applied in their order; absent when there is nothing more to catch up with
    record DocumentEventData(
            long timestamp,
            @Nullable String clientId,
            @Nullable List<RawJson> patches) {}

    /// @param timestamp the counter the edit was applied at, or the restored document's
    record DocumentWritten(long timestamp) {}

    /// The documents that are in memory on the node that is asked.
    ///
    /// @param cursor asks for what follows; absent at the end
    record DocumentList(List<String> documents, @Nullable String cursor) {}

    record DocumentSessions(List<DocumentSessionEntry> sessions) {}

    /// @param permission `readwrite` or `readonly`
    /// @param metadata what the application keeps with the session
    record DocumentSessionEntry(String sessionId, String clientId, String permission, RawJson metadata) {
        static DocumentSessionEntry of(DocumentSession session) {
            return new DocumentSessionEntry(
                    session.sessionId(),
                    session.clientId(),
                    session.permission().text(),
                    session.metadata());
        }
    }

    /// @param permission `readwrite` or `readonly`; absent to leave it
    /// @param metadata absent to leave it
    record DocumentSessionOptions(
            @Nullable String permission, @Nullable RawJson metadata) {}

    /// @param closed how many sessions there were
    record DocumentClosed(int closed) {}

    /// The reference server's form of a document.
    record DocumentSnapshot(long timestamp, RawJson state, RawJson timestamps) {}
}
