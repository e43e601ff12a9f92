package dev.stoa.server.document;

import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.RawJson;
import dev.stoa.server.entity.Command;
import dev.stoa.server.entity.Done;
import dev.stoa.server.port.Timers;
import dev.stoa.server.session.Session;
import dev.stoa.server.store.EntityId;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// Brings sockets to documents, for the endpoint that speaks with them. Thread-safe.
///
/// What a document answers a socket with goes to the socket directly; the futures say when it has been
/// done, or why not: `UNAVAILABLE`, `DEADLINE_EXCEEDED` and `INTERNAL` when it was not kept, or may not
/// have been, `RESOURCE_EXHAUSTED` when nothing was done because too much waits, anything else when the
/// message was refused.
public final class DocumentAttachments {
    private static final Duration AGAIN = Duration.ofMillis(100);

    private final Documents documents;

    DocumentAttachments(Documents documents) {
        this.documents = documents;
    }

    /// One socket's way to its document. Thread-safe.
    public final class Attachment {
        private final EntityId document;
        private final Session session;

        private Attachment(EntityId document, Session session) {
            this.document = document;
            this.session = session;
        }

        /// Brings the socket in: it hears its document once this has been done.
        public CompletableFuture<Done> enter(String clientId, DocumentAuthorizer.Grant grant) {
            return ask(new DocumentCommand.Attach(
                    new SessionRef(documents.runtime().node(), session.id()),
                    clientId,
                    grant.permission(),
                    Objects.requireNonNullElse(grant.metadata(), RawJson.NULL)));
        }

        /// A `patch` message (documents protocol, section 3.2).
        ///
        /// @param messageId repeated in the ack; null for none
        /// @param documentPatches a list as JSON; null for none
        /// @param ephemeralPatches as well
        public CompletableFuture<Done> edit(
                @Nullable RawJson messageId, byte @Nullable [] documentPatches, byte @Nullable [] ephemeralPatches) {
            return ask(new DocumentCommand.Edit(session.id(), messageId, documentPatches, ephemeralPatches));
        }

        /// A `reconnect` message (section 3.1).
        ///
        /// @param version the protocol's, as the client says
        public CompletableFuture<Done> reconnect(
                double lastTimestamp,
                double version,
                byte @Nullable [] documentPatches,
                byte @Nullable [] ephemeralPatches) {
            return ask(new DocumentCommand.Reconnect(
                    session.id(), lastTimestamp, version == Frames.VERSION, documentPatches, ephemeralPatches));
        }

        /// The session may do something else from here on.
        public CompletableFuture<Done> permit(DocumentAuthorizer.Grant grant) {
            return ask(new DocumentCommand.Permit(session.id(), grant.permission(), grant.metadata()));
        }

        private CompletableFuture<Done> ask(Command<Done> command) {
            return documents.ref(document).ask(command, documents.runtime().deadline());
        }

        /// The socket has closed.
        public void closed() {
            if (documents.isRun()) {
                documents.sockets().closed(session);
                leave();
            }
        }

        private void leave() {
            if (documents.isRun() && !documents.ref(document).tell(new DocumentCommand.Detach(session.id()))) {
                clock().schedule(AGAIN, this::leave);
            }
        }
    }

    /// A socket has opened; it is not in its document yet.
    ///
    /// @throws ProtocolException `INVALID_ARGUMENT` when that is no document's id
    public Attachment opened(Session session, String documentId) {
        Attachment attachment = new Attachment(documents.document(documentId).entity(), session);
        documents.sockets().opened(session);
        return attachment;
    }

    /// The clock of the server that runs the documents.
    public Timers clock() {
        return documents.runtime().timers();
    }

    /// Runs each task on a virtual thread of its own.
    public Executor threads() {
        return documents.runtime().threads();
    }
}
