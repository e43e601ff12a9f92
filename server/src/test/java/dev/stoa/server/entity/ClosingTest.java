package dev.stoa.server.entity;

import static dev.stoa.server.entity.House.answer;
import static dev.stoa.server.entity.House.code;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.server.LogLines;
import dev.stoa.server.simulation.ForwardingStore;
import dev.stoa.server.store.EntityId;
import dev.stoa.server.store.MemoryStore;
import dev.stoa.server.wire.ManualTimers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The end of a placement, on real threads.
class ClosingTest {
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Tally.Diary diary = new Tally.Diary();
    private final AtomicInteger epochs = new AtomicInteger();
    private final MemoryStore memory = new MemoryStore();
    private final HeldStore store = new HeldStore(memory);
    private final LocalPlacement placement = new LocalPlacement(
            store, new ManualTimers(), threads, () -> "epoch-" + epochs.incrementAndGet(), EntitySettings.usual());

    ClosingTest() {
        placement.register(Tally.type(diary));
        placement.start();
    }

    @AfterEach
    void endThreads() {
        threads.close();
    }

    private <R extends Record> CompletableFuture<R> ask(String name, Command<R> command) {
        return placement.ref(new EntityId(Tally.KIND, name)).ask(command, Duration.ofMinutes(1));
    }

    @Test
    void closingFinishesWhatIsInTheMailboxes() {
        List<CompletableFuture<TallyCommand.Added>> asked = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            asked.add(ask("tally " + i % 10, new TallyCommand.Add(1, null)));
        }

        placement.close();

        assertThat(asked).allMatch(added -> !answer(added).again());
        assertThat(placement.active()).isZero();
    }

    @Test
    void aClosedPlacementTakesNothing() {
        placement.close();

        assertThat(code(ask("x", new TallyCommand.Look()))).isEqualTo("UNAVAILABLE");
        assertThat(placement.ref(House.ID).tell(new TallyCommand.Look())).isFalse();
    }

    @Test
    void aStoreThatClosesUnderThePollIsNoTrouble() {
        ManualTimers timers = new ManualTimers();
        Steps steps = new Steps();
        AtomicReference<LocalPlacement> stopping = new AtomicReference<>();
        LocalPlacement polling = new LocalPlacement(
                new ForwardingStore(memory) {
                    @Override
                    protected void reading() {
                        LocalPlacement running = stopping.getAndSet(null);
                        if (running != null) {
                            running.close();
                            memory.close();
                        }
                    }
                },
                timers,
                steps,
                () -> "epoch",
                EntitySettings.usual());
        polling.register(Tally.type(diary));
        polling.start();
        stopping.set(polling);

        try (LogLines log = LogLines.of(LocalPlacement.class)) {
            timers.advance(EntitySettings.usual().pollEvery());
            steps.run();
            timers.advance(Duration.ofMinutes(1));
            steps.run();

            assertThat(log.lines()).containsExactly("FINE the last poll was not finished: the store is closed");
        }
    }

    @Test
    void theConnectedAreDropped() throws Exception {
        ask("x", new TallyCommand.Attach("ann")).get(10, TimeUnit.SECONDS);

        placement.close();

        assertThat(diary.lines).contains("dropped");
    }

    @Test
    void closingEndsThoughTheStoreTakesNoWrites() throws Exception {
        for (int i = 0; i < 200; i++) {
            ask("x", new TallyCommand.Add(1, null)).get(10, TimeUnit.SECONDS);
        }
        store.full(true);
        var lost = ask("x", new TallyCommand.Add(1, null));

        placement.close();

        assertThat(code(lost)).isEqualTo("UNAVAILABLE");
        assertThat(placement.active()).isZero();
    }

    @Test
    void commandsThatComeWhileItClosesAreAnsweredOrRefused() throws Exception {
        List<CompletableFuture<TallyCommand.Added>> asked = new ArrayList<>();
        Thread asker = Thread.ofVirtual().start(() -> {
            for (int i = 0; i < 20_000; i++) {
                asked.add(ask("tally " + i % 100, new TallyCommand.Add(1, null)));
            }
        });

        placement.close();
        asker.join();

        assertThat(placement.active()).isZero();
        assertThat(asked).hasSize(20_000);
        CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                .handle((_, _) -> null)
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
        long kept = asked.stream()
                .filter(added -> !added.isCompletedExceptionally())
                .count();
        assertThat(memory.totals(Tally.KIND).getOrDefault("adds", 0L)).isEqualTo(kept);
    }
}
