package dev.stoa.server.entity;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Commands that wait for an entity, in the order they came. Bounded. Any thread puts in, without a lock; one
/// at a time takes out and shuts.
final class Mailbox {
    /// What became of an offer.
    enum Offer {
        TAKEN,
        FULL,
        SHUT
    }

    private final Queue<Asked> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();
    private final int capacity;
    private volatile boolean shut;

    Mailbox(int capacity) {
        this.capacity = capacity;
    }

    Offer offer(Asked asked) {
        if (shut) {
            return Offer.SHUT;
        }
        if (size.incrementAndGet() > capacity) {
            size.decrementAndGet();
            return Offer.FULL;
        }
        queue.add(asked);
        if (shut && queue.remove(asked)) {
            size.decrementAndGet();
            return Offer.SHUT;
        }
        return Offer.TAKEN;
    }

    @Nullable
    Asked poll() {
        Asked asked = queue.poll();
        if (asked != null) {
            size.decrementAndGet();
        }
        return asked;
    }

    /// Takes nothing more. What is in it stays; whoever is putting something in takes it out again, or leaves
    /// it to the one who polls.
    void shut() {
        shut = true;
    }

    /// Takes nothing more, unless something is in it.
    boolean shutIfEmpty() {
        shut = true;
        if (queue.isEmpty()) {
            return true;
        }
        shut = false;
        return false;
    }
}
