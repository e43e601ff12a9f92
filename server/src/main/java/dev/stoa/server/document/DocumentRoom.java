package dev.stoa.server.document;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.RawJson;
import dev.stoa.server.document.lww.JsonText;
import dev.stoa.server.document.lww.MalformedJsonException;
import dev.stoa.server.entity.Answers;
import dev.stoa.server.entity.Command;
import dev.stoa.server.store.EntityId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A collaborative document, for the application: a backend takes part beside the clients.
///
/// ```java
/// DocumentRoom board = boards.document("b1");
/// board.write("backend", RawJson.of(Map.of("e1/shape", Map.of("_exists", true, "x", 5))));
/// ```
///
/// Each operation waits for its answer, so call it on a virtual thread. All throw a `ProtocolException`:
/// what the input breaks is named, `UNAVAILABLE` and `DEADLINE_EXCEEDED` may be tried again.
/// Thread-safe, costs nothing to make.
public final class DocumentRoom {
    private final Documents documents;
    private final EntityId entity;

    DocumentRoom(Documents documents, EntityId entity) {
        this.documents = documents;
        this.entity = entity;
    }

    public String id() {
        return entity.name();
    }

    EntityId entity() {
        return entity;
    }

    /// Applies a patch, as a client's is: durable when this returns, and told to every session.
    ///
    /// @param clientId in whose name; an id that no client has
    /// @param patch an object of records by key
    /// @return the counter it was applied at
    /// @throws ProtocolException `INVALID_ARGUMENT` when it is no patch, `FAILED_PRECONDITION` when the
    ///     document would become too large
    public long write(String clientId, RawJson patch) {
        return writeList(clientId, Frames.list(patch.utf8()));
    }

    /// Applies JSON as it came from elsewhere, checked here and kept as the text it is: a patch, or a list of
    /// patches, which are applied in their order as one edit.
    ///
    /// @param json UTF-8; not to be changed afterwards
    public long write(String clientId, byte[] json) {
        return writeList(clientId, isList(json) ? json : Frames.list(json));
    }

    private static boolean isList(byte[] json) {
        try {
            JsonText text = new JsonText(json);
            boolean list = text.peek() == '[';
            text.skip();
            text.end();
            return list;
        } catch (MalformedJsonException malformed) {
            throw ProtocolException.of(ErrorCode.INVALID_ARGUMENT, "patches: " + malformed.getMessage());
        }
    }

    private long writeList(String clientId, byte[] patches) {
        if (clientId.isEmpty()) {
            throw ProtocolException.of(ErrorCode.INVALID_ARGUMENT, "a client's id must not be empty");
        }
        return ask(new DocumentCommand.Write(clientId, patches)).timestamp();
    }

    /// Makes a record anew, or adds fields to the one that is there.
    ///
    /// @param fields an object without `_exists`
    public long add(String clientId, String key, Map<String, ?> fields) {
        Map<String, Object> whole = new LinkedHashMap<>(fields);
        whole.put("_exists", true);
        return write(clientId, RawJson.of(Map.of(key, whole)));
    }

    /// Deletes a record.
    public long delete(String clientId, String key) {
        return write(clientId, RawJson.of(Map.of(key, Map.of("_exists", false))));
    }

    /// A record with all its fields; empty when it is not there or deleted.
    public Optional<RawJson> get(String key) {
        return Optional.ofNullable(ask(new DocumentCommand.Get(key)).record());
    }

    /// The records that there are.
    public DocumentState state() {
        return state("");
    }

    /// The records whose keys begin so.
    public DocumentState state(String prefix) {
        return ask(new DocumentCommand.Read(null, prefix)).state();
    }

    /// The records of some keys; those that are not there are left out.
    public DocumentState state(Collection<String> keys) {
        return ask(new DocumentCommand.Read(List.copyOf(keys), "")).state();
    }

    /// What is newer than a counter value: what a client that comes back is told. From 0 it is the whole
    /// document.
    ///
    /// @throws ProtocolException `INVALID_ARGUMENT` for a negative counter
    public DocumentChanges changesSince(long counter) {
        return changesSince(DocumentPosition.at(counter));
    }

    /// As [#changesSince(long)], and notices when the document was restored since, even if its counter has
    /// caught up: then it is the whole document, to replace what was known.
    public DocumentChanges changesSince(DocumentPosition since) {
        return ask(new DocumentCommand.Since(since.epoch(), since.timestamp())).changes();
    }

    /// Follows the document from a counter value on; see
    /// [#subscribe(DocumentPosition, DocumentListener)].
    public DocumentSubscription subscribe(long since, DocumentListener listener) {
        return subscribe(DocumentPosition.at(since), listener);
    }

    /// Follows the document: the listener is told what is newer than the position, if anything is, and
    /// from then on every edit, once it is kept, in the document's order, without holes.
    ///
    /// ```java
    /// DocumentSubscription following = board.subscribe(index.position(), event -> {
    ///     switch (event) {
    ///         case DocumentEvent.Changed changed -> index.apply(changed.patches());
    ///         case DocumentEvent.Restored restored -> index.replace(restored.patches());
    ///     }
    ///     index.position(event.position());
    /// });
    /// ```
    ///
    /// - **Threads.** Events come one after the other, on a virtual thread of the subscription's own. The
    ///   listener may block and use the document; it holds up nothing but its own events.
    /// - **Once.** An event that the listener has returned from is not told again. What it throws at is
    ///   logged and told again, after 100 ms, then 200, at most 26 s: in one event, as what was missed,
    ///   together with all that came meanwhile. Who keeps the position together with what it made of the
    ///   event, and subscribes from there after a crash, has each event exactly once; else at least once.
    /// - **Bounds.** Up to 1000 edits, of 4 MiB of text together, wait for a slow listener. What is beyond
    ///   comes as one event when it is ready: present values, but no single edits. A document has as many
    ///   subscriptions as it may have sessions.
    /// - **Failure.** While the document cannot be read, nothing is told; what happened meanwhile is told
    ///   once it can. A write that failed and may still have been kept is told if it was.
    /// - **Restoring.** After [#restore], and when the position is of another life of the document or beyond
    ///   its counter, the listener is told the whole document ([DocumentEvent.Restored]).
    /// - **The end.** Edits that were kept before the server stopped are told, for a second; then
    ///   [DocumentListener#ended] is called.
    ///
    /// A subscription does not keep the document in memory, and [#close] does not end it.
    ///
    /// @throws ProtocolException `RESOURCE_EXHAUSTED` when there are too many
    public DocumentSubscription subscribe(DocumentPosition since, DocumentListener listener) {
        return DocumentSubscription.start(events(since), listener);
    }

    /// As [#subscribe(DocumentPosition, DocumentListener)], for who would rather wait for each event: what
    /// is taken counts as told.
    public DocumentEvents events(DocumentPosition since) {
        requireRun();
        return DocumentEvents.open(entity, since, documents.watchers(), documents.runtime());
    }

    /// The whole document as JSON: `timestamp`, `state`, and the fields' `timestamps`, tombstones
    /// included.
    public RawJson snapshot() {
        return RawJson.trusted(ask(new DocumentCommand.Look()).snapshot());
    }

    /// Puts a snapshot in the place of the document, here or from the reference server. Sessions are
    /// closed and come again; who has seen more than the snapshot holds is asked for it.
    ///
    /// @return its counter
    public long restore(RawJson snapshot) {
        return restore(snapshot.utf8());
    }

    /// As [#restore(RawJson)], of JSON as it came from elsewhere.
    ///
    /// @param snapshot UTF-8; not to be changed afterwards
    public long restore(byte[] snapshot) {
        return ask(new DocumentCommand.Import(snapshot)).timestamp();
    }

    /// Saves it in the instance's storage now, if it has changed since it was saved there. (In the log
    /// it is anyway.)
    ///
    /// @throws UncheckedIOException when the storage fails; it is tried again later
    public void flush() {
        Saver saver = documents.saver();
        if (saver != null && documents.isRun()) {
            try {
                saver.save(entity);
            } catch (IOException failed) {
                throw new UncheckedIOException("document " + id() + " was not saved", failed);
            }
        }
    }

    /// The connections to it, in the order of their coming.
    public List<DocumentSession> sessions() {
        return ask(new DocumentCommand.ListSessions()).sessions();
    }

    /// One connection to it.
    public Optional<DocumentSession> session(String sessionId) {
        return sessions().stream()
                .filter(session -> session.sessionId().equals(sessionId))
                .findFirst();
    }

    /// Gives a session other permissions, from its next message on. It is not told; a session that is
    /// not there is passed over.
    public void permit(String sessionId, Permission permission) {
        ask(new DocumentCommand.Permit(sessionId, permission, null));
    }

    /// Replaces what is kept with a session.
    public void metadata(String sessionId, RawJson metadata) {
        ask(new DocumentCommand.Permit(sessionId, null, metadata));
    }

    /// Closes all its connections. What is acknowledged is kept, and clients come again by themselves.
    public void close() {
        ask(new DocumentCommand.Close());
    }

    private <R extends Record> R ask(Command<R> command) {
        requireRun();
        return Answers.await(
                documents.ref(entity).ask(command, documents.runtime().deadline()));
    }

    private void requireRun() {
        if (!documents.isRun()) {
            throw ProtocolException.of(ErrorCode.UNAVAILABLE, "the server has stopped or was not started");
        }
    }

    @Override
    public String toString() {
        return "DocumentRoom[" + entity + "]";
    }
}
