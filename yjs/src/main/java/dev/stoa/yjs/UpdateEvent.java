package dev.stoa.yjs;

import dev.stoa.yjs.store.Store;
import dev.stoa.yjs.store.Transaction;
import dev.stoa.yjs.wire.Format;
import org.jspecify.annotations.Nullable;

/// A change of a document, as another replica needs it. Good only while the listener runs.
public final class UpdateEvent {
    private final Store store;
    private final Transaction transaction;
    private byte @Nullable [] v1;
    private byte @Nullable [] v2;

    UpdateEvent(Store store, Transaction transaction) {
        this.store = store;
        this.transaction = transaction;
    }

    /// The change as a v1 update. Encoded once and shared by all listeners: not to be written into.
    public byte[] updateV1() {
        if (v1 == null) {
            v1 = store.encode(Format.V1, transaction);
        }
        return v1;
    }

    /// The same in v2.
    public byte[] updateV2() {
        if (v2 == null) {
            v2 = store.encode(Format.V2, transaction);
        }
        return v2;
    }

    /// What the caller of the change gave, to know its own changes again.
    public @Nullable Object origin() {
        return transaction.origin();
    }

    /// Whether the change was made here and did not come as an update.
    public boolean local() {
        return transaction.local();
    }
}
