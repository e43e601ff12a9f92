package dev.stoa.server.entity;

import dev.stoa.server.simulation.ForwardingStore;
import dev.stoa.server.store.Checkpoint;
import dev.stoa.server.store.EntityId;
import dev.stoa.server.store.Opened;
import dev.stoa.server.store.Outcome;
import dev.stoa.server.store.Store;
import dev.stoa.server.store.StoreException;
import dev.stoa.server.store.Write;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// A store whose commits wait for the test, fail when it says so, and whose reads can be made to fail. Confined
/// to the test's thread.
final class HeldStore extends ForwardingStore {
    private final Store behind;
    private final Deque<Held> held = new ArrayDeque<>();
    private final Set<Long> damaged = new HashSet<>();
    private boolean holding;
    private boolean full;
    private boolean down;
    private int opens;
    private int writes;

    private record Held(Write write, Consumer<Outcome> done) {}

    HeldStore(Store behind) {
        super(behind);
        this.behind = behind;
    }

    /// From here on commits wait.
    void hold() {
        holding = true;
    }

    /// From here on commits are done at once; those that wait are done now.
    void go() {
        holding = false;
        while (!held.isEmpty()) {
            commit();
        }
    }

    /// Whether every further write fails.
    void full(boolean now) {
        full = now;
    }

    /// Whether reads fail.
    void down(boolean now) {
        down = now;
    }

    /// Spoils a checkpoint.
    void damage(long offset) {
        damaged.add(offset);
    }

    int waiting() {
        return held.size();
    }

    int opens() {
        return opens;
    }

    int writes() {
        return writes;
    }

    /// Does the oldest write that waits.
    void commit() {
        Held first = held.remove();
        behind.write(first.write, first.done);
    }

    /// Lets the oldest write fail.
    void fail() {
        held.remove().done.accept(new Outcome.Failed(new StoreException("as the test wants it")));
    }

    /// Does the oldest write and says that it failed.
    void forget() {
        Held first = held.remove();
        behind.write(first.write, _ -> {});
        first.done.accept(new Outcome.Failed(new StoreException("the store cannot tell")));
    }

    @Override
    protected void reading() {
        if (down) {
            throw new StoreException("the store is down");
        }
    }

    @Override
    public Optional<Opened> open(EntityId id) {
        opens++;
        return super.open(id)
                .map(opened ->
                        new Opened(opened.fence(), opened.header(), spoiled(opened.checkpoints()), opened.rows()));
    }

    @Override
    public List<Checkpoint> checkpoints(long log) {
        return super.checkpoints(log).stream()
                .filter(checkpoint -> !damaged.contains(checkpoint.offset()))
                .toList();
    }

    @Override
    public List<Long> wholeCheckpoints(long log) {
        return super.wholeCheckpoints(log).stream()
                .filter(offset -> !damaged.contains(offset))
                .toList();
    }

    private List<Checkpoint> spoiled(List<Checkpoint> checkpoints) {
        return checkpoints.stream()
                .map(checkpoint -> damaged.contains(checkpoint.offset())
                        ? new Checkpoint(checkpoint.offset(), new byte[] {1, 2, 3})
                        : checkpoint)
                .toList();
    }

    @Override
    public void write(Write write, Consumer<Outcome> done) {
        writes++;
        if (full) {
            done.accept(new Outcome.Failed(new StoreException("the disk is full")));
        } else if (holding) {
            held.add(new Held(write, done));
        } else {
            behind.write(write, done);
        }
    }
}
