package dev.stoa.server.entity;

import dev.stoa.server.store.Change;
import dev.stoa.server.store.Checkpoint;
import dev.stoa.server.store.EntityId;
import dev.stoa.server.store.Store;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// When a checkpoint is due, and how much of the log may go. Confined to the mailbox.
///
/// Records go only when two checkpoints stand behind them that were read back whole: if the newest turns out
/// to be damaged, the older one and the records behind it still give the state.
final class Checkpoints {
    private static final System.Logger LOG = System.getLogger(Checkpoints.class.getName());

    private final EntityId id;
    private final Store store;
    private final int every;
    private long newest;
    private boolean inFlight;
    private @Nullable Long coveredTwice;
    private long committed;
    private long wanted;

    Checkpoints(EntityId id, Store store, int every) {
        this.id = id;
        this.store = store;
        this.every = every;
    }

    /// The entity was loaded.
    ///
    /// @param checkpoint the offset of the checkpoint that was used
    /// @param lastOffset the end of the log
    void loaded(long checkpoint, long lastOffset) {
        newest = checkpoint;
        committed = lastOffset;
        inFlight = false;
        coveredTwice = null;
        wanted = 0;
    }

    /// The log is a new one.
    void beginAnew() {
        loaded(0, 0);
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
        return Math.min(upTo, coveredTwice(ledger));
    }

    private long coveredTwice(Ledger ledger) {
        Long covered = coveredTwice;
        if (covered == null) {
            List<Checkpoint> whole = store.checkpoints(ledger.log());
            covered = whole.size() < 2 ? 0 : whole.get(1).offset();
            coveredTwice = covered;
        }
        return covered;
    }

    /// Adds a checkpoint to the ledger when enough has happened since the last one.
    ///
    /// @return whether it has
    boolean addWhenDue(Entity entity, Ledger ledger) {
        boolean forTrim = wanted >= ledger.firstOffset();
        return add(entity, ledger, forTrim ? few() : every);
    }

    /// Adds a checkpoint before the entity leaves memory, so that it comes back quickly.
    boolean addForRest(Entity entity, Ledger ledger) {
        return ledger.exists() && add(entity, ledger, few());
    }

    private int few() {
        return every / 10 + 1;
    }

    private boolean add(Entity entity, Ledger ledger, long atLeast) {
        if (inFlight || ledger.lastOffset() - newest < atLeast) {
            return false;
        }
        byte[] state;
        try {
            state = entity.checkpoint();
        } catch (RuntimeException broken) {
            LOG.log(System.Logger.Level.ERROR, "entity " + id + " gives no checkpoint", broken);
            state = null;
        }
        newest = ledger.lastOffset();
        if (state == null) {
            return false;
        }
        ledger.change(new Change.PutCheckpoint(new Checkpoint(newest, state)));
        inFlight = true;
        return true;
    }

    /// A write is committed.
    void committed(Batch.Handed write, Ledger ledger) {
        if (write.log() != ledger.log()) {
            return;
        }
        committed = write.lastOffset();
        if (write.checkpointed()) {
            inFlight = false;
            coveredTwice = null;
        }
    }
}
