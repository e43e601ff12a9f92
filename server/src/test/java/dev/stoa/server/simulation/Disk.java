package dev.stoa.server.simulation;

import dev.stoa.server.store.MemoryStore;

/// Storage that outlives processes, and what was ever committed to it. Confined to the world's thread.
public final class Disk {
    private final World world;
    private final MemoryStore memory = new MemoryStore();
    private final Journal journal = new Journal();
    private Faults faults;

    public Disk(World world, Faults faults) {
        this.world = world;
        this.faults = faults;
    }

    /// How it goes wrong from here on.
    public void faults(Faults newFaults) {
        faults = newFaults;
    }

    boolean happens(int onceIn) {
        return onceIn > 0 && world.chance().onceIn(onceIn);
    }

    Faults faults() {
        return faults;
    }

    World world() {
        return world;
    }

    /// What is stored, without any trouble.
    public MemoryStore memory() {
        return memory;
    }

    public Journal journal() {
        return journal;
    }

    /// A process's way to it.
    public Connection connect(Process process) {
        return new Connection(this, process);
    }
}
