package dev.stoa.server.document;

import java.util.concurrent.atomic.LongAdder;

/// What an instance's documents have done on this node since it was made. Thread-safe; values may be a
/// moment old. An edit is counted when it is applied: one whose commit fails comes again, and counts again.
public final class DocumentCounters {
    private final LongAdder edits = new LongAdder();
    private final LongAdder droppedEdits = new LongAdder();
    private final LongAdder readersEdits = new LongAdder();
    private final LongAdder ephemeral = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder resyncs = new LongAdder();
    private final LongAdder mismatches = new LongAdder();
    private final LongAdder saves = new LongAdder();
    private final LongAdder failedSaves = new LongAdder();
    private final LongAdder missedHooks = new LongAdder();

    DocumentCounters() {}

    void edited() {
        edits.increment();
    }

    void dropped() {
        droppedEdits.increment();
    }

    void onlyRead() {
        readersEdits.increment();
    }

    void shown() {
        ephemeral.increment();
    }

    void refusedOne() {
        refused.increment();
    }

    void resync() {
        resyncs.increment();
    }

    void mismatch() {
        mismatches.increment();
    }

    void saved() {
        saves.increment();
    }

    void saveFailed() {
        failedSaves.increment();
    }

    void hookMissed() {
        missedHooks.increment();
    }

    /// Messages of writers that were applied, the application's included.
    public long edits() {
        return edits.sum();
    }

    /// Of those, the ones of which something was dropped because its record was deleted.
    public long droppedEdits() {
        return droppedEdits.sum();
    }

    /// Messages of sessions that may only read, acknowledged and not applied.
    public long readersEdits() {
        return readersEdits.sum();
    }

    /// Messages with ephemeral data that were passed on.
    public long ephemeral() {
        return ephemeral.sum();
    }

    /// What was asked of documents and refused: malformed, or beyond a limit.
    public long refused() {
        return refused.sum();
    }

    /// Clients that had seen more than the document, and were asked for it.
    public long resyncs() {
        return resyncs.sum();
    }

    /// Clients told to stay away: of another version, or away for longer than tombstones are kept.
    public long mismatches() {
        return mismatches.sum();
    }

    /// Snapshots brought to the storage.
    public long saves() {
        return saves.sum();
    }

    /// Attempts to bring a snapshot to the storage that failed.
    public long failedSaves() {
        return failedSaves.sum();
    }

    /// Calls of hooks that were left out because too many waited.
    public long missedHooks() {
        return missedHooks.sum();
    }
}
