package dev.stoa.server.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stoa.server.store.EntityId;
import dev.stoa.server.store.Scan;
import dev.stoa.server.store.Scribe;
import dev.stoa.server.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Readers and the writer leave each other alone.
abstract class ReadsContract {
    private Backend backend;
    private JdbcStore store;

    /// With two readers, of which each read may take 400 ms, or a little longer.
    abstract Backend backend(Duration readTimeout);

    /// A query that takes long.
    abstract String slowQuery();

    @BeforeEach
    void open() {
        backend = backend(Duration.ofMillis(400));
        store = new JdbcStore(backend, "node", WriteLimits.USUAL);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void aReaderInTheMiddleOfALogDoesNotHoldUpTheWriter() throws Exception {
        Scribe room = Scribe.creating(store, new EntityId("room", "reads"));
        for (int i = 0; i < 500; i++) {
            room.append("m" + i);
        }
        room.commit();
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch written = new CountDownLatch(1);
        Backend patient = backend(Duration.ofSeconds(30));
        try {
            var seen = CompletableFuture.supplyAsync(() -> patient.reads()
                    .read(handle -> handle.inTransaction(_ -> {
                        int before = records(handle, room.log());
                        reading.countDown();
                        await(written);
                        return before;
                    })));
            assertThat(reading.await(30, TimeUnit.SECONDS)).isTrue();

            for (int i = 0; i < 20; i++) {
                room.append("more").commit();
            }
            written.countDown();

            assertThat(seen.orTimeout(30, TimeUnit.SECONDS).join()).isEqualTo(500);
            assertThat(room.allBodies()).hasSize(520);
        } finally {
            patient.reads().close();
        }
    }

    private static int records(Handle handle, long log) {
        return Queries.read(handle, log, Scan.ascending(1, 1000, 1000)).size();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aReadThatTakesTooLongIsGivenUpAndItsReaderUsedAgain() {
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> backend.reads()
                            .read(handle -> handle.createQuery(slowQuery())
                                    .mapTo(String.class)
                                    .list()))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining(timeoutMessage());
        }

        List<CompletableFuture<Integer>> after = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            after.add(CompletableFuture.supplyAsync(() -> store.totals("none").size()));
        }
        after.forEach(
                read -> assertThat(read.orTimeout(30, TimeUnit.SECONDS).join()).isZero());
    }

    abstract String timeoutMessage();

    @Test
    void aReadThatFailsIsAStoreException() {
        assertThatThrownBy(() -> backend.reads().read(handle -> handle.execute("select * from nowhere")))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("cannot read")
                .hasMessageContaining("nowhere");
        assertThat(store.totals("none")).isEmpty();
    }

    @Test
    void anInterruptedReaderGivesUpAndStaysInterrupted() throws Exception {
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread thread = Thread.startVirtualThread(() -> {
            Thread.currentThread().interrupt();
            try {
                store.open(new EntityId("room", "nobody"));
                interrupted.complete(false);
            } catch (StoreException _) {
                interrupted.complete(Thread.currentThread().isInterrupted());
            }
        });

        assertThat(interrupted.get(30, TimeUnit.SECONDS)).isTrue();
        thread.join();
    }
}
