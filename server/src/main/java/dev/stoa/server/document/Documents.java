package dev.stoa.server.document;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.server.entity.CommandCodec;
import dev.stoa.server.entity.Done;
import dev.stoa.server.entity.EntityRef;
import dev.stoa.server.entity.EntityType;
import dev.stoa.server.store.EntityId;
import org.jspecify.annotations.Nullable;

/// One instance of collaborative documents. Documents of two instances never meet.
///
/// ```java
/// Documents boards = Documents.create("boards");
/// Stoa stoa = Stoa.builder()
///         .documents(boards, applicant -> Grant.of(Permission.READ_WRITE))
///         .start();
///
/// boards.document("b1").write("backend", patches);
/// ```
///
/// Documents need no creating: an id is enough, and what was never written to takes nothing. Give an
/// instance to a server before it starts. Thread-safe.
public final class Documents {
    /// The most characters of a document's id.
    public static final int MAX_ID_LENGTH = EntityId.MAX_NAME_LENGTH;

    private final DocumentsOptions options;
    private volatile @Nullable House house;

    /// What there is once a server runs it.
    private record House(DocumentsRuntime runtime, DocumentSockets sockets) {}

    private Documents(DocumentsOptions options) {
        this.options = options;
    }

    /// An instance with the usual options.
    public static Documents create(String name) {
        return create(DocumentsOptions.named(name));
    }

    public static Documents create(DocumentsOptions options) {
        return new Documents(options);
    }

    public DocumentsOptions options() {
        return options;
    }

    /// The document of an id.
    ///
    /// @throws ProtocolException `INVALID_ARGUMENT` when it is none: an id has 1 to [#MAX_ID_LENGTH]
    ///     characters, without control characters and lone surrogates
    public DocumentRoom document(String id) {
        return new DocumentRoom(this, entityId(id));
    }

    private EntityId entityId(String id) {
        try {
            return new EntityId(kind(), id);
        } catch (IllegalArgumentException none) {
            int length = id.codePointCount(0, id.length());
            throw ProtocolException.of(
                    ErrorCode.INVALID_ARGUMENT,
                    length == 0 || length > MAX_ID_LENGTH
                            ? "a document's id has 1 to " + MAX_ID_LENGTH + " characters, this one " + length
                            : "a document's id must not hold control characters or lone surrogates");
        }
    }

    private String kind() {
        return "document:" + options.name();
    }

    /// How sockets come to its documents.
    public DocumentAttachments attachments() {
        return new DocumentAttachments(this);
    }

    /// How many documents are in memory on this node.
    public int active() {
        return runtime().placement().active(kind());
    }

    /// How many sockets are in documents on this node.
    public int connections() {
        return sockets().count();
    }

    /// Whether nothing is held of any socket on this node.
    public boolean hasNoSockets() {
        return sockets().isEmpty();
    }

    // Running

    /// Puts the instance to work. Called by the server that runs it, before its placement starts.
    ///
    /// @throws IllegalStateException when a server runs it already
    public void start(DocumentsRuntime runtime) {
        if (house != null) {
            throw new IllegalStateException("documents " + options.name() + " are run by a server already");
        }
        DocumentSockets sockets = new DocumentSockets(runtime.topics());
        runtime.placement()
                .register(new EntityType(
                        kind(),
                        "active",
                        options.idleTimeout(),
                        (id, _) -> new DocumentEntity(id, options, sockets),
                        CommandCodec.of(DocumentCommand.class, Done.class)));
        house = new House(runtime, sockets);
    }

    /// Ends what [#start] began.
    public void stop() {
        house = null;
    }

    boolean isRun() {
        return house != null;
    }

    DocumentsRuntime runtime() {
        return house().runtime;
    }

    DocumentSockets sockets() {
        return house().sockets;
    }

    EntityRef ref(EntityId id) {
        return runtime().placement().ref(id);
    }

    private House house() {
        House here = house;
        if (here == null) {
            throw new IllegalStateException("documents " + options.name()
                    + " are not run by a server: give them to Stoa.builder().documents(...)");
        }
        return here;
    }
}
