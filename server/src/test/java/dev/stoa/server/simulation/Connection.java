package dev.stoa.server.simulation;

import dev.stoa.server.store.Checkpoint;
import dev.stoa.server.store.EntityId;
import dev.stoa.server.store.Opened;
import dev.stoa.server.store.Outcome;
import dev.stoa.server.store.StoreException;
import dev.stoa.server.store.Write;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Consumer;

/// A process's store: one commit at a time, of some of what waits, whose outcomes are told later. What waits dies
/// with the process. Other tasks get in between at every read. Confined to the world's thread.
public final class Connection extends ForwardingStore {
    private final Disk disk;
    private final Process process;
    private final Queue<Given> given = new ArrayDeque<>();
    private final Queue<Runnable> told = new ArrayDeque<>();
    private boolean committing;
    private boolean telling;

    private record Given(Write write, Consumer<Outcome> done) {}

    Connection(Disk disk, Process process) {
        super(disk.memory());
        this.disk = disk;
        this.process = process;
    }

    @Override
    protected void reading() {
        disk.world().interleave();
        if (process.isDead()) {
            throw new StoreException("the process is dead");
        }
        if (disk.happens(disk.faults().failedRead())) {
            throw new StoreException("a read fails");
        }
    }

    @Override
    public Optional<Opened> open(EntityId id) {
        return super.open(id).map(this::spoiled);
    }

    private Opened spoiled(Opened opened) {
        if (opened.checkpoints().size() < 2 || !disk.happens(disk.faults().spoiledCheckpoint())) {
            return opened;
        }
        List<Checkpoint> checkpoints = new ArrayList<>(opened.checkpoints());
        checkpoints.set(0, new Checkpoint(checkpoints.getFirst().offset(), new byte[] {0}));
        return new Opened(opened.fence(), opened.header(), checkpoints, opened.rows());
    }

    @Override
    public void write(Write write, Consumer<Outcome> done) {
        given.add(new Given(write, done));
        if (!committing) {
            committing = true;
            process.execute(this::commit);
        }
    }

    private void commit() {
        for (int i = disk.world().chance().between(1, given.size()); i > 0; i--) {
            Given next = given.remove();
            Outcome outcome = outcome(next.write);
            told.add(() -> next.done.accept(outcome));
        }
        committing = !given.isEmpty();
        if (committing) {
            process.execute(this::commit);
        }
        if (!telling) {
            telling = true;
            process.execute(this::tell);
        }
    }

    private Outcome outcome(Write write) {
        if (disk.happens(disk.faults().failedWrite())) {
            return new Outcome.Failed(new StoreException("a write fails"));
        }
        Outcome[] came = new Outcome[1];
        disk.memory().write(write, outcome -> came[0] = outcome);
        if (came[0] instanceof Outcome.Committed) {
            disk.journal().committed(write);
            if (disk.happens(disk.faults().forgottenWrite())) {
                return new Outcome.Failed(new StoreException("nobody knows what became of a write"));
            }
        }
        return came[0];
    }

    private void tell() {
        for (int i = disk.world().chance().between(1, told.size()); i > 0; i--) {
            told.remove().run();
        }
        telling = !told.isEmpty();
        if (telling) {
            process.execute(this::tell);
        }
    }
}
