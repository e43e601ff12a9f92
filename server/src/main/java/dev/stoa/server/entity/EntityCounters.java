package dev.stoa.server.entity;

import java.util.concurrent.atomic.LongAdder;

/// What the entities of a node have done since it started. Thread-safe; values may be a moment old.
public final class EntityCounters {
    private final LongAdder offered = new LongAdder();
    private final LongAdder taken = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder loads = new LongAdder();
    private final LongAdder failedLoads = new LongAdder();
    private final LongAdder hibernations = new LongAdder();
    private final LongAdder writes = new LongAdder();
    private final LongAdder failedWrites = new LongAdder();
    private final LongAdder fencedWrites = new LongAdder();
    private final LongAdder failedTurns = new LongAdder();

    EntityCounters() {}

    void commandOffered() {
        offered.increment();
    }

    void commandTaken() {
        taken.increment();
    }

    void commandRefused() {
        refused.increment();
    }

    void loaded() {
        loads.increment();
    }

    void loadFailed() {
        failedLoads.increment();
    }

    void hibernated() {
        hibernations.increment();
    }

    void written() {
        writes.increment();
    }

    void writeFailed() {
        failedWrites.increment();
    }

    void writeFenced() {
        fencedWrites.increment();
    }

    void turnFailed() {
        failedTurns.increment();
    }

    /// Commands that mailboxes took.
    public long commands() {
        return offered.sum();
    }

    /// Commands that wait in mailboxes.
    public long waiting() {
        long begun = taken.sum();
        return Math.max(0, offered.sum() - begun);
    }

    /// Commands refused because a mailbox was full or too many entities were active.
    public long refused() {
        return refused.sum();
    }

    public long loads() {
        return loads.sum();
    }

    public long failedLoads() {
        return failedLoads.sum();
    }

    /// Entities that left memory because nobody asked them.
    public long hibernations() {
        return hibernations.sum();
    }

    /// Writes handed to the store.
    public long writes() {
        return writes.sum();
    }

    /// Writes that the store could not do, but for those of [#fencedWrites].
    public long failedWrites() {
        return failedWrites.sum();
    }

    /// Writes refused because another owner had taken over, or because the one before had failed.
    public long fencedWrites() {
        return fencedWrites.sum();
    }

    /// Commands at which an entity threw something other than a refusal.
    public long failedTurns() {
        return failedTurns.sum();
    }
}
