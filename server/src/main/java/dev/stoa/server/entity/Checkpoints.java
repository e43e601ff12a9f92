package dev.stoa.server.entity;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.WARNING;

import dev.stoa.server.store.Change;
import dev.stoa.server.store.Checkpoint;
import dev.stoa.server.store.EntityId;
import dev.stoa.server.store.Opened;
import dev.stoa.server.store.Store;
import dev.stoa.server.store.StoreException;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// When a checkpoint is due, how it gets into the store, and how much of the log may go. Confined to the
/// mailbox.
///
/// Records go only when two checkpoints stand behind them that were read back whole: if the newest turns out
/// to be damaged, the older one and the records behind it still give the state.
///
/// A large state holds nobody up: it is handed in a part with each write, and read back beside the mailbox,
/// which rings when that is done.
final class Checkpoints {
    private static final System.Logger LOG = System.getLogger(Checkpoints.class.getName());

    private final EntityId id;
    private final Store store;
    private final int every;
    private final Executor threads;
    private final Runnable ring;
    private long newest;
    private boolean newestIsLarge;
    private @Nullable Making making;
    /// The offset up to which two checkpoints have been read back; null when nobody has looked since the last.
    private @Nullable CompletableFuture<Long> coveredTwice;
    private long committed;
    private long wanted;

    /// A checkpoint on its way into the store.
    private static final class Making {
        final long offset;
        final Iterator<byte[]> parts;
        int handedIn;
        boolean inFlight;

        Making(long offset, Image image) {
            this.offset = offset;
            this.parts = image.parts();
        }

        Change.PutCheckpoint nextPart() {
            byte[] part = parts.next();
            inFlight = true;
            return new Change.PutCheckpoint(offset, handedIn++, !parts.hasNext(), part);
        }
    }

    /// @param threads runs what is done beside the mailbox
    /// @param ring wakes the mailbox; may be called from any thread
    Checkpoints(EntityId id, Store store, int every, Executor threads, Runnable ring) {
        this.id = id;
        this.store = store;
        this.every = every;
        this.threads = threads;
        this.ring = ring;
    }

    /// The entity was loaded.
    ///
    /// @param used the offset of the checkpoint that was used
    void loaded(long used, Opened opened) {
        start(used, opened.header().lastOffset());
        List<Checkpoint> whole = opened.checkpoints();
        if (!whole.isEmpty() && whole.getFirst().offset() == used) {
            newestIsLarge = whole.getFirst().body().length > Image.PART_BYTES;
            coveredTwice = CompletableFuture.completedFuture(
                    older(whole.stream().map(Checkpoint::offset).toList()));
        }
    }

    /// The log is a new one.
    void beginAnew() {
        start(0, 0);
    }

    private void start(long checkpoint, long lastOffset) {
        newest = checkpoint;
        newestIsLarge = false;
        committed = lastOffset;
        making = null;
        coveredTwice = null;
        wanted = 0;
    }

    void wantTrim(long upTo) {
        wanted = Math.max(wanted, upTo);
    }

    /// What of the log may go now: the last such offset, less than the first when there is nothing.
    long trimmable(Entity entity, Ledger ledger) {
        long upTo = Math.min(wanted, committed);
        if (upTo < ledger.firstOffset() || entity.folds().isEmpty()) {
            return upTo;
        }
        return Math.min(upTo, coveredTwice(ledger.log()));
    }

    private long coveredTwice(long log) {
        CompletableFuture<Long> covered = coveredTwice;
        if (covered == null) {
            covered = new CompletableFuture<>();
            coveredTwice = covered;
            if (newestIsLarge) {
                CompletableFuture<Long> beside = covered;
                threads.execute(() -> {
                    readBack(log, beside);
                    ring.run();
                });
            } else {
                readBack(log, covered);
            }
        }
        return covered.getNow(0L);
    }

    private void readBack(long log, CompletableFuture<Long> result) {
        try {
            result.complete(older(store.wholeCheckpoints(log)));
        } catch (StoreException unreadable) {
            LOG.log(WARNING, "the checkpoints of {0} cannot be read back: {1}", id, unreadable.getMessage());
            result.complete(0L);
        }
    }

    private static long older(List<Long> whole) {
        return whole.size() < 2 ? 0 : whole.get(1);
    }

    /// Begins a checkpoint when enough has happened since the last one.
    void beginWhenDue(Entity entity, Ledger ledger) {
        boolean forTrim = wanted >= ledger.firstOffset();
        begin(entity, ledger, forTrim ? few() : every);
    }

    /// Begins a checkpoint before the entity leaves memory, so that it comes back quickly.
    ///
    /// @return whether one is on its way
    boolean beginForRest(Entity entity, Ledger ledger) {
        if (ledger.exists()) {
            begin(entity, ledger, few());
        }
        return making != null;
    }

    private int few() {
        return every / 10 + 1;
    }

    private void begin(Entity entity, Ledger ledger, long atLeast) {
        if (making != null || ledger.lastOffset() - newest < atLeast) {
            return;
        }
        newest = ledger.lastOffset();
        try {
            Image image = entity.checkpoint();
            making = image == null ? null : new Making(newest, image);
        } catch (RuntimeException broken) {
            LOG.log(ERROR, "entity " + id + " gives no checkpoint", broken);
        }
    }

    /// Whether a part can be handed in.
    boolean hasPart() {
        return making != null && !making.inFlight;
    }

    /// Adds the next part to the ledger, if there is one.
    ///
    /// @return whether there was
    boolean addPart(Ledger ledger) {
        Making known = making;
        if (known == null || known.inFlight) {
            return false;
        }
        try {
            ledger.change(known.nextPart());
            return true;
        } catch (RuntimeException broken) {
            LOG.log(ERROR, "entity " + id + " gives no checkpoint", broken);
            making = null;
            return false;
        }
    }

    /// A write is committed.
    void committed(Batch.Handed write, Ledger ledger) {
        if (write.log() != ledger.log()) {
            return;
        }
        committed = write.lastOffset();
        Making known = making;
        if (write.checkpointed() && known != null) {
            known.inFlight = false;
            if (!known.parts.hasNext()) {
                newestIsLarge = known.handedIn > 1;
                making = null;
                coveredTwice = null;
            }
        }
    }
}
