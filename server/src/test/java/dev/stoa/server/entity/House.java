package dev.stoa.server.entity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.stoa.protocol.ProtocolException;
import dev.stoa.server.store.EntityId;
import dev.stoa.server.store.MemoryStore;
import dev.stoa.server.wire.ManualTimers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// A placement of tallies that does nothing before it is told to: threads, time and commits are the test's.
final class House {
    static final Duration DEADLINE = Duration.ofHours(1);
    static final EntityId ID = new EntityId(Tally.KIND, "main");

    final MemoryStore memory;
    final HeldStore store;
    final ManualTimers timers = new ManualTimers();
    final Steps steps = new Steps();
    final Tally.Diary diary = new Tally.Diary();
    final LocalPlacement placement;

    House() {
        this(EntitySettings.usual());
    }

    House(EntitySettings settings) {
        this(settings, new MemoryStore());
    }

    /// Another node on the same store.
    House(EntitySettings settings, MemoryStore memory) {
        this.memory = memory;
        this.store = new HeldStore(memory);
        this.placement = new LocalPlacement(store, timers, steps, () -> "epoch-" + memory.nextLog(), settings);
        placement.register(Tally.type(diary));
        placement.start();
    }

    /// Asks the usual tally, and does not run anything.
    <R extends Record> CompletableFuture<R> give(Command<R> command) {
        return placement.ref(ID).ask(command, DEADLINE);
    }

    /// Asks the usual tally, and runs what there is to do.
    <R extends Record> CompletableFuture<R> ask(Command<R> command) {
        CompletableFuture<R> answer = give(command);
        steps.run();
        return answer;
    }

    /// Asks the usual tally for an answer that must be there at once.
    <R extends Record> R get(Command<R> command) {
        return answer(ask(command));
    }

    TallyCommand.Added add(long amount) {
        return get(new TallyCommand.Add(amount, null));
    }

    CompletableFuture<TallyCommand.Added> giveAdd(long amount) {
        return give(new TallyCommand.Add(amount, null));
    }

    TallyCommand.View look() {
        return get(new TallyCommand.Look());
    }

    /// The log that the usual tally was last kept in.
    long log() {
        return memory.header(ID).orElseThrow().log();
    }

    void pass(Duration time) {
        timers.advance(Duration.ZERO);
        Duration step = Duration.ofMillis(500);
        for (Duration left = time; left.isPositive(); left = left.minus(step)) {
            timers.advance(left.compareTo(step) < 0 ? left : step);
            steps.run();
        }
    }

    /// The process dies, and another begins with what is in the store.
    House dies(EntitySettings settings) {
        steps.forget();
        timers.close();
        House next = new House(settings, memory);
        next.timers.advance(Duration.ofNanos(timers.nanoTime()));
        return next;
    }

    static <R> R answer(CompletableFuture<R> asked) {
        assertThat(asked).isDone();
        return asked.join();
    }

    static String code(CompletableFuture<?> asked) {
        assertThat(asked).isDone();
        Throwable failure = catchThrowable(asked::join);
        assertThat(failure).isInstanceOf(CompletionException.class);
        assertThat(failure.getCause()).isInstanceOf(ProtocolException.class);
        return ((ProtocolException) failure.getCause()).code();
    }
}
