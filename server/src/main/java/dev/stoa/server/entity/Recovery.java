package dev.stoa.server.entity;

import dev.stoa.server.store.Checkpoint;
import dev.stoa.server.store.EntityId;
import dev.stoa.server.store.Header;
import dev.stoa.server.store.LogRecord;
import dev.stoa.server.store.Opened;
import dev.stoa.server.store.Scan;
import dev.stoa.server.store.Store;
import dev.stoa.server.store.StoreException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Gives an entity the state that the store has of it: the newest checkpoint that is of use, and the records
/// behind it. Confined to the mailbox.
final class Recovery {
    private static final System.Logger LOG = System.getLogger(Recovery.class.getName());
    private static final int REPLAY_PAGE = 1000;

    private final EntityId id;
    private final Entity entity;
    private final Store store;

    Recovery(EntityId id, Entity entity, Store store) {
        this.id = id;
        this.entity = entity;
        this.store = store;
    }

    /// Of an entity that the store does not know.
    void begin() {
        entity.load(null, null, Map.of());
    }

    /// @return the offset of the checkpoint that was used; 0 for none
    /// @throws StoreException when what is left of the log does not give the state
    long recover(Opened opened) {
        Header header = opened.header();
        boolean folds = !entity.folds().isEmpty();
        Checkpoint used = loadNewest(opened, folds);
        if (used == null) {
            if (folds && header.firstOffset() > 1) {
                throw new StoreException("entity %s has no usable checkpoint, and its log starts at %d"
                        .formatted(id, header.firstOffset()));
            }
            entity.load(header, null, opened.rows());
        }
        long from = used == null ? 0 : used.offset();
        if (folds) {
            replay(header, from + 1);
        }
        return from;
    }

    private @Nullable Checkpoint loadNewest(Opened opened, boolean folds) {
        Header header = opened.header();
        for (Checkpoint checkpoint : opened.checkpoints()) {
            if (folds && checkpoint.offset() < header.firstOffset() - 1) {
                LOG.log(
                        System.Logger.Level.ERROR,
                        "the checkpoint of {0} at {1} is of no use: the log starts at {2}",
                        id,
                        checkpoint.offset(),
                        header.firstOffset());
                continue;
            }
            try {
                entity.load(header, checkpoint.body(), opened.rows());
                return checkpoint;
            } catch (RuntimeException unusable) {
                LOG.log(
                        System.Logger.Level.ERROR,
                        "the checkpoint of " + id + " at " + checkpoint.offset() + " is unusable",
                        unusable);
            }
        }
        return null;
    }

    private void replay(Header header, long from) {
        long next = from;
        while (next <= header.lastOffset()) {
            List<LogRecord> page = store.read(
                    header.log(),
                    Scan.ascending(next, header.lastOffset(), REPLAY_PAGE).ofTypes(entity.folds()));
            if (page.isEmpty()) {
                return;
            }
            page.forEach(entity::replay);
            next = page.getLast().offset() + 1;
        }
    }
}
