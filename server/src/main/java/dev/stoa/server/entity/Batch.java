package dev.stoa.server.entity;

import dev.stoa.server.store.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What follows once some turns are kept: answers and effects, in order. Confined to the mailbox, but for the
/// outcome, which the store gives from its own thread.
final class Batch {
    private final List<Release> releases = new ArrayList<>();
    private final List<Asked> turns = new ArrayList<>();
    private long bytes;
    private long lastOffset;
    private boolean checkpointed;
    private volatile @Nullable Outcome outcome;

    /// @param asked whose answer it is; null for an effect
    record Release(@Nullable Asked asked, Runnable action) {}

    void turn(Asked asked) {
        turns.add(asked);
    }

    void release(@Nullable Asked asked, Runnable action) {
        releases.add(new Release(asked, action));
    }

    /// Lets go of what turns have asked for since there were `releases` of them.
    void cutBack(int kept) {
        while (releases.size() > kept) {
            releases.removeLast();
        }
    }

    int size() {
        return releases.size();
    }

    boolean isEmpty() {
        return turns.isEmpty() && releases.isEmpty();
    }

    List<Release> releases() {
        return releases;
    }

    List<Asked> turns() {
        return turns;
    }

    void absorb(Batch later) {
        releases.addAll(later.releases);
        turns.addAll(later.turns);
    }

    void written(long writtenBytes, long newLastOffset, boolean withCheckpoint) {
        bytes = writtenBytes;
        lastOffset = newLastOffset;
        checkpointed = withCheckpoint;
    }

    long bytes() {
        return bytes;
    }

    /// The last record of the log once it is kept.
    long lastOffset() {
        return lastOffset;
    }

    boolean isCheckpointed() {
        return checkpointed;
    }

    void came(Outcome newOutcome) {
        outcome = newOutcome;
    }

    @Nullable
    Outcome outcome() {
        return outcome;
    }
}
