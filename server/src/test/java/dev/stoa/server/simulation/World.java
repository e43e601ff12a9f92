package dev.stoa.server.simulation;

import dev.stoa.property.Chance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/// What is ready to run, and what waits for its time. Confined to one thread.
public final class World {
    private static final long START_MILLIS = 1_795_000_000_000L;
    private static final int MAX_DEPTH = 2;
    private static final int TOO_MANY = 200_000;

    private final Chance chance;
    private final List<Task> ready = new ArrayList<>();
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(Comparator.comparingLong(Timer::due).thenComparingLong(Timer::number));
    private long nowNanos;
    private long numbers;
    private int depth;
    private Runnable intruder = () -> {};

    private record Task(Process process, Runnable work) {}

    private record Timer(long due, long number, Process process, Runnable work) {}

    public World(Chance chance) {
        this.chance = chance;
    }

    public Chance chance() {
        return chance;
    }

    public Process process() {
        return new Process(this);
    }

    long nanoTime() {
        return nowNanos;
    }

    long millis() {
        return START_MILLIS + nowNanos / 1_000_000;
    }

    void ready(Process process, Runnable work) {
        ready.add(new Task(process, work));
    }

    /// @return forgets it
    Runnable later(Process process, Duration delay, Runnable work) {
        Timer timer = new Timer(nowNanos + Math.max(0, delay.toNanos()), numbers++, process, work);
        timers.add(timer);
        return () -> timers.remove(timer);
    }

    /// Timers that wait for a process.
    public long waiting(Process process) {
        return timers.stream().filter(timer -> timer.process == process).count();
    }

    void forget(Process process) {
        ready.removeIf(task -> task.process == process);
        timers.removeIf(timer -> timer.process == process);
    }

    /// Runs one of the tasks that are ready, whichever.
    ///
    /// @return false when there is none
    public boolean runOne() {
        if (ready.isEmpty()) {
            return false;
        }
        Task last = ready.removeLast();
        int at = chance.between(0, ready.size());
        Task chosen = at == ready.size() ? last : ready.set(at, last);
        depth++;
        chosen.work.run();
        depth--;
        return true;
    }

    /// What may also get in between tasks: something that clients do.
    public void intruder(Runnable newIntruder) {
        intruder = newIntruder;
    }

    /// Called in the middle of a task, where a thread may be held up: others get in between.
    void interleave() {
        if (depth == 0 || depth > MAX_DEPTH) {
            return;
        }
        while (chance.onceIn(4)) {
            if (chance.onceIn(3)) {
                depth++;
                intruder.run();
                depth--;
            } else if (!runOne()) {
                return;
            }
        }
    }

    /// Goes to the time of the next timer and lets it ring.
    ///
    /// @return false when none rings within `most`
    public boolean advance(Duration most) {
        Timer next = timers.peek();
        if (next == null || next.due > nowNanos + most.toNanos()) {
            return false;
        }
        timers.remove();
        nowNanos = Math.max(nowNanos, next.due);
        next.work.run();
        return true;
    }

    /// Runs everything until nothing is ready, over a time.
    public void settle(Duration time) {
        long end = nowNanos + time.toNanos();
        for (int i = 0; runOne() || advance(Duration.ofNanos(Math.max(0, end - nowNanos))); i++) {
            if (i > TOO_MANY) {
                throw new AssertionError("there is no end to it");
            }
        }
        nowNanos = Math.max(nowNanos, end);
    }
}
