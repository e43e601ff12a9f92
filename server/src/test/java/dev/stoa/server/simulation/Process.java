package dev.stoa.server.simulation;

import dev.stoa.server.port.Timers;
import java.time.Duration;
import java.util.concurrent.Executor;

/// A node's threads and clock. When it is killed, what it was about to do is forgotten. Confined to the world's
/// thread.
public final class Process implements Timers, Executor {
    private final World world;
    private boolean dead;

    Process(World world) {
        this.world = world;
    }

    public boolean isDead() {
        return dead;
    }

    public void kill() {
        dead = true;
        world.forget(this);
    }

    @Override
    public void execute(Runnable task) {
        if (!dead) {
            world.ready(this, task);
        }
    }

    /// Whoever looks at the clock may be held up.
    @Override
    public long nanoTime() {
        world.interleave();
        return world.nanoTime();
    }

    @Override
    public long millis() {
        return world.millis();
    }

    @Override
    public Timeout schedule(Duration delay, Runnable task) {
        return dead ? () -> {} : world.later(this, delay, task)::run;
    }

    @Override
    public void close() {
        kill();
    }
}
