package dev.stoa.server.document;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.server.entity.CommandCodec;
import dev.stoa.server.entity.Done;
import dev.stoa.server.entity.EntityRef;
import dev.stoa.server.entity.EntityType;
import dev.stoa.server.store.EntityId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
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
    private final DocumentCounters counters = new DocumentCounters();
    private final @Nullable DocumentStorage storage;
    private final DocumentHooks hooks;
    private final @Nullable Saver saver;
    private final @Nullable HookRunner hookRunner;
    private volatile @Nullable House house;

    /// What there is once a server runs it.
    ///
    /// @param active the documents in memory on this node
    private record House(
            DocumentsRuntime runtime,
            DocumentSockets sockets,
            DocumentWatchers watchers,
            ConcurrentMap<EntityId, DocumentEntity> active) {}

    private Documents(DocumentsOptions options, @Nullable DocumentStorage storage, DocumentHooks hooks) {
        this.options = options;
        this.storage = storage;
        this.hooks = hooks;
        this.hookRunner = hooks == DocumentHooks.NONE ? null : new HookRunner(this, hooks);
        this.saver = storage == null ? null : new Saver(this, storage, options.saveThrottle());
    }

    /// An instance with the usual options.
    public static Documents create(String name) {
        return create(DocumentsOptions.named(name));
    }

    public static Documents create(DocumentsOptions options) {
        return new Documents(options, null, DocumentHooks.NONE);
    }

    /// The same instance with a storage for snapshots: documents that the log does not know are taken
    /// from it, and changed ones are saved there from time to time. Before a server runs it.
    public Documents withStorage(DocumentStorage newStorage) {
        return new Documents(options, newStorage, hooks);
    }

    /// The same instance with hooks. Before a server runs it.
    public Documents withHooks(DocumentHooks newHooks) {
        return new Documents(options, storage, newHooks);
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
        return house().active.size();
    }

    /// The ids of the documents that are in memory on this node, in no order.
    public List<String> activeIds() {
        return house().active.keySet().stream().map(EntityId::name).toList();
    }

    /// The document of an id, if it is in memory on this node.
    public Optional<DocumentRoom> findActive(String id) {
        DocumentRoom document = document(id);
        return house().active.containsKey(document.entity()) ? Optional.of(document) : Optional.empty();
    }

    /// A document has come into memory.
    void enter(EntityId id, DocumentEntity document) {
        house().active.put(id, document);
    }

    /// A document has left memory, and may have come back already.
    void leave(EntityId id, DocumentEntity document) {
        House here = house;
        if (here != null) {
            here.active.remove(id, document);
        }
    }

    /// What its documents have done on this node.
    public DocumentCounters counters() {
        return counters;
    }

    /// How many sockets are in documents on this node.
    public int connections() {
        return sockets().count();
    }

    /// How many subscriptions there are to documents on this node, those of HTTP included.
    public int subscriptions() {
        return watchers().count();
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
        DocumentWatchers watchers = new DocumentWatchers(options.maxSessions());
        runtime.placement()
                .register(new EntityType(
                        kind(),
                        "active",
                        options.idleTimeout(),
                        (id, _) -> new DocumentEntity(id, this, sockets, watchers),
                        CommandCodec.of(DocumentCommand.class, Done.class)));
        house = new House(runtime, sockets, watchers, new ConcurrentHashMap<>());
    }

    /// Saves all that has changed in the storage, where there is one, and waits for it.
    public void saveAll() {
        if (saver != null && isRun()) {
            saver.saveAll();
        }
    }

    /// Who calls the hooks; null when there are none.
    @Nullable
    HookRunner hooks() {
        return hookRunner;
    }

    @Nullable
    Saver saver() {
        return saver;
    }

    /// Ends what [#start] began.
    public void stop() {
        House ending = house;
        house = null;
        if (ending != null) {
            ending.watchers.stop();
        }
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

    DocumentWatchers watchers() {
        return house().watchers;
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
