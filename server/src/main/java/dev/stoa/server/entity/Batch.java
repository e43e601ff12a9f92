package dev.stoa.server.entity;

import dev.stoa.server.store.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The turns that share a write, and what follows once it is kept: answers and effects, in order. Confined to
/// the mailbox, but for the outcome, which the store gives from its own thread.
final class Batch {
    private static final System.Logger LOG = System.getLogger(Batch.class.getName());

    private final List<Runnable> releases = new ArrayList<>();
    private final List<Asked> turns = new ArrayList<>();
    private @Nullable Handed handed;
    private @Nullable Asked culprit;
    private @Nullable RuntimeException fault;
    private volatile @Nullable Outcome outcome;

    /// The write as it was handed in.
    ///
    /// @param sequence its number among its owner's writes
    /// @param lastOffset the log's end after it
    record Handed(long sequence, long log, long lastOffset, long bytes, boolean checkpointed, boolean deletes) {}

    void turn(Asked asked) {
        turns.add(asked);
    }

    void release(Runnable action) {
        releases.add(action);
    }

    /// How many answers and effects wait.
    int releases() {
        return releases.size();
    }

    /// Lets go of what a turn has asked for since there were `kept` of them.
    void cutBack(int kept) {
        releases.subList(kept, releases.size()).clear();
    }

    int turns() {
        return turns.size();
    }

    boolean isEmpty() {
        return turns.isEmpty();
    }

    void absorb(Batch later) {
        releases.addAll(later.releases);
        turns.addAll(later.turns);
    }

    void handedIn(Handed write) {
        handed = write;
    }

    /// Null when it was never handed in.
    @Nullable
    Handed handed() {
        return handed;
    }

    /// Makes it one that is lost before it was handed in.
    ///
    /// @param who whose fault it is; null when it is nobody's in particular
    /// @param why what that one is told
    void blame(@Nullable Asked who, RuntimeException why) {
        culprit = who;
        fault = why;
    }

    boolean isLost() {
        return fault != null;
    }

    void came(Outcome newOutcome) {
        outcome = newOutcome;
    }

    @Nullable
    Outcome outcome() {
        return outcome;
    }

    boolean isDone() {
        return isLost() || outcome != null;
    }

    /// It is kept: lets answers and effects go.
    void succeed() {
        for (Runnable release : releases) {
            try {
                release.run();
            } catch (RuntimeException | Error broken) {
                LOG.log(System.Logger.Level.ERROR, "an effect failed", broken);
            }
        }
        turns.forEach(Asked::unanswered);
    }

    /// It is not kept: nothing goes, and everybody is told so.
    void fail() {
        if (culprit != null && fault != null) {
            culprit.refuse(fault);
        }
        turns.forEach(asked -> asked.unavailable("could not be kept"));
    }
}
