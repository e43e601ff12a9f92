package dev.stoa.server.entity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.server.net.WheelTimers;
import dev.stoa.server.store.EntityId;
import dev.stoa.server.store.MemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// An entity that rests whenever nothing waits, asked by many threads: nothing is lost, doubled or reordered.
class HibernationRaceTest {
    private static final int THREADS = 8;
    private static final int ROUNDS = 4_000;
    private static final EntitySettings RESTLESS =
            new EntitySettings(1000, 100_000, 1_000_000, 4, 1000, Duration.ZERO, Duration.ofSeconds(1));

    private final AtomicLong epochs = new AtomicLong();

    @Test
    void noCommandIsLostDoubledOrReordered() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                ExecutorService askers = Executors.newFixedThreadPool(THREADS);
                WheelTimers timers = WheelTimers.start();
                MemoryStore store = new MemoryStore();
                LocalPlacement placement = new LocalPlacement(
                        store, timers, threads, () -> "epoch-" + epochs.incrementAndGet(), RESTLESS)) {
            placement.register(Tally.type(new Tally.Diary()));
            List<Future<Long>> asking = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                asking.add(askers.submit(() -> askInOrder(placement)));
            }
            long kept = 0;
            for (Future<Long> one : asking) {
                kept += one.get(60, TimeUnit.SECONDS);
            }

            assertThat(kept).isEqualTo((long) THREADS * ROUNDS);
            assertThat(store.totals(Tally.KIND)).containsEntry("adds", kept);
            assertThat(placement.counters().hibernations()).isGreaterThan(ROUNDS / 100);
        }
    }

    /// Asks and lets go, in small bursts, so that the entity rests in between.
    private static long askInOrder(LocalPlacement placement) throws Exception {
        EntityRef ref = placement.ref(new EntityId(Tally.KIND, "shared"));
        long kept = 0;
        long last = 0;
        for (int done = 0; done < ROUNDS; ) {
            List<CompletableFuture<TallyCommand.Added>> burst = new ArrayList<>();
            for (int i = 0; i < 1 + done % 3 && done < ROUNDS; i++, done++) {
                burst.add(ref.ask(new TallyCommand.Add(1, null), Duration.ofMinutes(1)));
            }
            for (CompletableFuture<TallyCommand.Added> one : burst) {
                long offset = one.get(30, TimeUnit.SECONDS).offset();
                assertThat(offset).isGreaterThan(last);
                last = offset;
                kept++;
            }
        }
        return kept;
    }
}
