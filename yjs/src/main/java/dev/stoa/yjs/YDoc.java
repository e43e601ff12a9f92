package dev.stoa.yjs;

import dev.stoa.yjs.store.Change;
import dev.stoa.yjs.store.Store;
import dev.stoa.yjs.store.Transaction;
import dev.stoa.yjs.store.TypeNode;
import dev.stoa.yjs.wire.DeleteSet;
import dev.stoa.yjs.wire.Format;
import dev.stoa.yjs.wire.StateVector;
import dev.stoa.yjs.wire.TypeContent;
import dev.stoa.yjs.wire.UpdateMerge;
import dev.stoa.yjs.wire.UpdateWalks;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/// A document: applies updates, encodes its state, and gives out its shared types by name.
///
/// Confined: one thread at a time, whose turns somebody outside orders (a mailbox, a lock). What is
/// called while another thread is inside fails with an [IllegalStateException]. Byte arrays that go in
/// and out are not shared.
public final class YDoc {
    private static final byte[] NOTHING = {};
    private static final LongUnaryOperator FROM_START = client -> 0;

    private final DocOptions options;
    private final Store store;
    private final Change change;
    private final List<Consumer<UpdateEvent>> updateListeners = new CopyOnWriteArrayList<>();
    private final List<Consumer<SubdocumentsEvent>> subdocumentListeners = new CopyOnWriteArrayList<>();
    private @Nullable Thread inside;
    private int depth;
    private boolean wantsEffective;
    private byte[] effective = NOTHING;

    private YDoc(DocOptions options) {
        this.options = options;
        this.store = new Store(options.clientId(), options.limits(), options.collect());
        this.change = new Change(store, new Change.Phases() {
            @Override
            public void changed(Transaction transaction) {
                Announcement.of(YDoc.this, transaction);
            }

            @Override
            public void tidied(Transaction transaction) {
                YDoc.this.tidied(transaction);
            }
        });
    }

    /// An empty document.
    public static YDoc create(DocOptions options) {
        return new YDoc(options);
    }

    /// How it was made. The client id is the first one: it changes if somebody else turns up under it.
    public DocOptions options() {
        return options;
    }

    /// Applies a v1 update. It is read, checked and planned before anything changes.
    ///
    /// @param origin handed to listeners
    /// @throws UpdateException if it is refused; nothing has changed then
    public Applied apply(byte[] update, @Nullable Object origin) {
        return apply(Format.V1, update, options.limits(), origin, true);
    }

    /// The same for a v2 update.
    public Applied applyV2(byte[] update, @Nullable Object origin) {
        return apply(Format.V2, update, options.limits(), origin, true);
    }

    /// Applies a v1 update of one's own keeping, without encoding what it changed: [Applied#effective]
    /// is empty. The limits of updates do not hold for it, as its parts have met them; the bytes must
    /// be trusted.
    public Applied load(byte[] update) {
        return apply(Format.V1, update, Limits.ofOwnBytes(), null, false);
    }

    /// The same for a v2 update.
    public Applied loadV2(byte[] update) {
        return apply(Format.V2, update, Limits.ofOwnBytes(), null, false);
    }

    private Applied apply(Format format, byte[] update, Limits limits, @Nullable Object origin, boolean encode) {
        enter();
        try {
            wantsEffective = encode;
            integrated = false;
            Change.Outcome outcome = change.apply(format, update, limits, origin);
            return new Applied(integrated, outcome.waiting(), effective, outcome.scanned());
        } finally {
            effective = NOTHING;
            wantsEffective = false;
            leave();
        }
    }

    private boolean integrated;

    /// Runs edits as one change: one update, one event for each type.
    ///
    /// If the body throws, what it did before that stays done, and is announced.
    public void transact(@Nullable Object origin, Runnable body) {
        edit(origin, transaction -> body.run());
    }

    void edit(@Nullable Object origin, Consumer<Transaction> body) {
        enter();
        try {
            change.run(origin, body);
        } finally {
            leave();
        }
    }

    /// The root of this name as a text; so for the other kinds. The kind is not in updates: who reads
    /// must know it.
    ///
    /// @throws IllegalStateException if it has been asked for as another kind
    public YText text(String name) {
        return root(name, TypeContent.TEXT, YText.class);
    }

    /// The root of this name as a list; see [#text].
    public YArray array(String name) {
        return root(name, TypeContent.ARRAY, YArray.class);
    }

    /// The root of this name as a map; see [#text].
    public YMap map(String name) {
        return root(name, TypeContent.MAP, YMap.class);
    }

    /// The root of this name as an XML tree; see [#text]. Tiptap names it `default`, y-prosemirror
    /// `prosemirror`.
    public YXmlFragment xmlFragment(String name) {
        return root(name, TypeContent.XML_FRAGMENT, YXmlFragment.class);
    }

    /// The root of this name as XML text; see [#text].
    public YXmlText xmlText(String name) {
        return root(name, TypeContent.XML_TEXT, YXmlText.class);
    }

    /// The root of this name without a kind, to observe it.
    public YType root(String name) {
        return view(store.root(name));
    }

    /// The names of all roots that have been seen or asked for.
    public Set<String> rootNames() {
        return Set.copyOf(store.roots().keySet());
    }

    private <T extends YType> T root(String name, int typeRef, Class<T> type) {
        TypeNode node = store.root(name);
        if (node.typeRef() == TypeNode.UNTYPED) {
            node.become(typeRef);
        } else if (node.typeRef() != typeRef) {
            throw new IllegalStateException("the root " + name + " is a "
                    + view(node).getClass().getSimpleName() + " and is asked for as a " + type.getSimpleName());
        }
        return type.cast(view(node));
    }

    YType view(TypeNode node) {
        return switch (node.typeRef()) {
            case TypeContent.ARRAY -> new YArray(this, node);
            case TypeContent.MAP -> new YMap(this, node);
            case TypeContent.TEXT -> new YText(this, node);
            case TypeContent.XML_ELEMENT -> new YXmlElement(this, node);
            case TypeContent.XML_FRAGMENT -> new YXmlFragment(this, node);
            case TypeContent.XML_HOOK -> new YXmlHook(this, node);
            case TypeContent.XML_TEXT -> new YXmlText(this, node);
            default -> new YType(this, node);
        };
    }

    Observers observers(TypeNode node) {
        store.observe();
        if (node.observers() instanceof Observers known) {
            return known;
        }
        Observers observers = new Observers();
        node.observers(observers);
        return observers;
    }

    private void tidied(Transaction transaction) {
        integrated = true;
        UpdateEvent event = new UpdateEvent(store, transaction);
        if (wantsEffective) {
            effective = event.updateV1();
        }
        for (Consumer<UpdateEvent> listener : updateListeners) {
            listener.accept(event);
        }
        Set<Subdocument> added = transaction.subdocumentsAdded();
        Set<Subdocument> removed = transaction.subdocumentsRemoved();
        if (!subdocumentListeners.isEmpty() && !(added.isEmpty() && removed.isEmpty())) {
            announce(new SubdocumentsEvent(added, removed, loaded(added), transaction.origin()));
        }
    }

    private void announce(SubdocumentsEvent event) {
        for (Consumer<SubdocumentsEvent> listener : subdocumentListeners) {
            listener.accept(event);
        }
    }

    private static Set<Subdocument> loaded(Set<Subdocument> added) {
        Set<Subdocument> loaded = new LinkedHashSet<>(added);
        loaded.removeIf(subdocument -> !subdocument.autoLoad());
        return loaded;
    }

    /// Everything, what is pending included, as a v1 update.
    public byte[] encodeState() {
        return encode(Format.V1, FROM_START);
    }

    /// The same in v2.
    public byte[] encodeStateV2() {
        return encode(Format.V2, FROM_START);
    }

    /// What somebody with this state vector does not have, and all deletions.
    ///
    /// @throws UpdateException if the vector is none
    public byte[] encodeState(byte[] stateVector) {
        return encode(Format.V1, StateVector.decode(stateVector));
    }

    /// The same in v2.
    public byte[] encodeStateV2(byte[] stateVector) {
        return encode(Format.V2, StateVector.decode(stateVector));
    }

    private byte[] encode(Format format, LongUnaryOperator vector) {
        enter();
        try {
            byte[] state = store.encode(format, vector);
            return store.pending().isEmpty() ? state : withPending(format, state, vector);
        } finally {
            leave();
        }
    }

    private byte[] withPending(Format format, byte[] state, LongUnaryOperator vector) {
        List<byte[]> parts = new ArrayList<>(List.of(state));
        DeleteSet deletes = store.pending().deletes();
        if (!deletes.isEmpty()) {
            parts.add(UpdateWalks.onlyDeletes(format, deletes));
        }
        byte[] structs = store.pending().structs();
        if (structs != null) {
            byte[] wanted = UpdateWalks.diff(Format.V1, structs, vector, Limits.ofOwnBytes());
            parts.add(format == Format.V1 ? wanted : Updates.toV2(wanted));
        }
        return UpdateMerge.merge(format, parts, Limits.ofOwnBytes());
    }

    /// For each client the next clock that is expected; what is pending does not count.
    public byte[] stateVector() {
        enter();
        try {
            return store.vector().encode();
        } finally {
            leave();
        }
    }

    /// Whether there is nothing in an update that this document does not have.
    public boolean contains(byte[] update) {
        enter();
        try {
            return UpdateWalks.within(Format.V1, update, store::end, store.deletes(), options.limits());
        } finally {
            leave();
        }
    }

    /// Whether something waits for what has not come.
    public boolean hasPending() {
        return !store.pending().isEmpty();
    }

    /// Names the state of now; see [#restore].
    public Snapshot snapshot() {
        enter();
        try {
            return new Snapshot(store.deletes(), store.vector());
        } finally {
            leave();
        }
    }

    /// A document as it was in a snapshot of this one.
    ///
    /// @param copyOptions of the new document
    /// @throws IllegalStateException if this document collects: what was deleted since is gone
    public YDoc restore(Snapshot snapshot, DocOptions copyOptions) {
        if (options.collect()) {
            throw new IllegalStateException("a document that collects cannot go back to a snapshot");
        }
        enter();
        try {
            YDoc copy = new YDoc(copyOptions);
            byte[] then = store.encodeUntil(snapshot.vector(), snapshot.deletes());
            copy.change.apply(Format.V1, then, Limits.ofOwnBytes(), null);
            return copy;
        } finally {
            leave();
        }
    }

    /// Called after every change, inside the thread that made it. A listener must not change the document.
    public Subscription onUpdate(Consumer<UpdateEvent> listener) {
        updateListeners.add(listener);
        return () -> updateListeners.remove(listener);
    }

    /// Called after a change that added or removed references to other documents.
    public Subscription onSubdocuments(Consumer<SubdocumentsEvent> listener) {
        subdocumentListeners.add(listener);
        return () -> subdocumentListeners.remove(listener);
    }

    private void enter() {
        Thread thread = Thread.currentThread();
        if (inside != null && inside != thread) {
            throw new IllegalStateException("the document is used by " + thread + " while " + inside + " is inside");
        }
        inside = thread;
        depth++;
    }

    private void leave() {
        if (--depth == 0) {
            inside = null;
        }
    }

    Store store() {
        return store;
    }
}
