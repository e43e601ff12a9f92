package dev.stoa.server.entity;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// Batches whose outcome is not dealt with, oldest first. Bounded by its owner, who looks at
/// [#exceeds]. Confined to the mailbox.
final class InFlight {
    private final Deque<Batch> batches = new ArrayDeque<>(4);
    private long bytes;
    private int turns;

    void add(Batch batch) {
        batches.add(batch);
        bytes += bytesOf(batch);
        turns += batch.turns();
    }

    /// Lets what needs no write follow the newest batch.
    ///
    /// @return false when there is none to follow
    boolean follow(Batch reads) {
        Batch last = batches.peekLast();
        if (last == null) {
            return false;
        }
        last.absorb(reads);
        turns += reads.turns();
        return true;
    }

    /// Takes out the oldest if it is done.
    @Nullable
    Batch pollDone() {
        Batch first = batches.peek();
        return first != null && first.isDone() ? poll() : null;
    }

    /// Takes out the oldest.
    @Nullable
    Batch poll() {
        Batch first = batches.poll();
        if (first != null) {
            bytes -= bytesOf(first);
            turns -= first.turns();
        }
        return first;
    }

    boolean isEmpty() {
        return batches.isEmpty();
    }

    boolean exceeds(long maxBytes, int maxTurns) {
        return bytes > maxBytes || turns > maxTurns;
    }

    private static long bytesOf(Batch batch) {
        Batch.Handed handed = batch.handed();
        return handed == null ? 0 : handed.bytes();
    }
}
