package dev.stoa.server.entity;

import dev.stoa.server.store.Change;
import dev.stoa.server.store.LogRecord;
import dev.stoa.server.store.Once;
import dev.stoa.server.store.Scan;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One step of an entity: what shall be kept, and what follows once it is. Confined to the mailbox, and of no
/// use after the step.
public interface Turn {
    /// Wall-clock milliseconds of this turn; never less than the last record's time.
    long now();

    /// The life of the log.
    String epoch();

    /// The number of the log in the store, for reading it.
    long log();

    long firstOffset();

    long lastOffset();

    long counter(String name);

    /// Appends a record to the log, at the turn's time.
    ///
    /// @param label what reads may filter on; null for none
    LogRecord append(String type, @Nullable String label, byte[] body);

    /// Does something else to what is kept.
    void change(Change change);

    /// Changes a counter of the entity, and the sum over its kind.
    void count(String counter, long delta);

    /// Sets the status that listings filter on.
    void status(String status);

    /// Asks for [Entity#wake] at a time, also after a restart; [dev.stoa.server.store.Header#NEVER] for never.
    void wakeAt(long millis);

    /// Whether anything was ever kept of the entity, this and earlier turns included.
    boolean exists();

    /// Reads records in ascending order, those of this and earlier turns included although they may not be
    /// committed yet. May give fewer than there are: read on behind the last until nothing comes.
    List<LogRecord> read(Scan scan);

    /// What was done under a key in this life of the log, what this and earlier turns have done included.
    Optional<Once> once(String key);

    /// Asks that records up to an offset be let go of, once two checkpoints stand behind them.
    void trim(long upTo);

    /// Begins a new life: a new log and epoch, offsets from 1. The old log is dropped unless it has been kept
    /// elsewhere.
    void beginAnew();

    /// Gives the log a new epoch and keeps its records.
    void renewEpoch();

    /// Forgets the entity once this turn is kept. No further turn happens.
    void delete();

    /// Answers the command, once this turn is kept. The first answer counts.
    void answer(Record result);

    /// Refuses the command, in its order.
    void refuse(RuntimeException reason);

    /// Runs `effect` once this turn is kept, in the order of the turns, on the entity's thread.
    void then(Runnable effect);
}
