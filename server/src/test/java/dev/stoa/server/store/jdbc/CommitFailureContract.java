package dev.stoa.server.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stoa.server.store.Change;
import dev.stoa.server.store.Checkpoint;
import dev.stoa.server.store.EntityId;
import dev.stoa.server.store.Header;
import dev.stoa.server.store.LogRecord;
import dev.stoa.server.store.Once;
import dev.stoa.server.store.Outcome;
import dev.stoa.server.store.Scribe;
import dev.stoa.server.store.Snapshot;
import dev.stoa.server.store.StoreException;
import dev.stoa.server.store.jdbc.FaultyBackend.Fault;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The laws of commits, with failures made on purpose: groups, bounds, what a failure takes with it, and
/// that everything goes on afterwards.
abstract class CommitFailureContract {
    private static final WriteLimits LIMITS = new WriteLimits(100_000, 50, 1 << 20);

    private FaultyBackend backend;
    private JdbcStore store;

    abstract Backend backend();

    @BeforeEach
    void open() {
        backend = new FaultyBackend(backend());
        store = new JdbcStore(backend, "node", LIMITS);
    }

    @AfterEach
    void close() {
        backend.heal();
        backend.release();
        store.close();
    }

    private Scribe creating(String name) {
        return Scribe.creating(store, new EntityId("test", name));
    }

    private Scribe opening(String name) {
        return Scribe.opening(store, new EntityId("test", name));
    }

    private static Outcome outcome(CompletableFuture<Outcome> told) {
        return told.orTimeout(30, TimeUnit.SECONDS).join();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aFailedCommitAcknowledgesNothingAndNothingOfItIsVisible() {
        Scribe a = creating("a").append("one").count("messages", 1).commit();
        Scribe b = creating("b").append("one").commit();
        Scribe c = creating("c");
        backend.hold();
        var first = a.append("held").send();
        var inOneCommit = List.of(
                first,
                a.append("two").count("messages", 1).send(),
                b.append("two").change(new Change.PutRow("row", bytes("two"))).send(),
                c.append("created")
                        .change(new Change.PutOnce(new Once("key", 9, bytes("1"))))
                        .send());
        backend.failAlways(Fault.AT_COMMIT);

        backend.release();

        inOneCommit.forEach(told -> assertThat(outcome(told)).isInstanceOf(Outcome.Failed.class));
        assertThat(a.allBodies()).containsExactly("one");
        assertThat(b.allBodies()).containsExactly("one");
        assertThat(store.header(c.id())).isEmpty();
        assertThat(store.totals("test")).isEqualTo(Map.of("messages", 1L));
        backend.heal();
        assertThat(opening("a").append("two").commit().allBodies()).containsExactly("one", "two");
        assertThat(opening("b").append("two").commit().allBodies()).containsExactly("one", "two");
        assertThat(store.open(b.id()).orElseThrow().rows()).isEmpty();
        assertThat(creating("c").append("again").commit().allBodies()).containsExactly("again");
    }

    @Test
    void afterAFailedCommitTheOwnerCannotGoOnWithoutOpening() {
        Scribe room = creating("a").append("one").commit();
        backend.failOnce(Fault.AT_COMMIT);

        Outcome failed = room.append("two").write();
        Outcome later = room.append("three").write();

        assertThat(failed)
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        told -> assertThat(told.cause())
                                .hasMessageContaining("cannot tell whether a commit happened")
                                .hasMessageContaining("made to fail at the commit"));
        assertThat(later).isEqualTo(new Outcome.Fenced());
        assertThat(opening("a").append("two").commit().allBodies()).containsExactly("one", "two");
    }

    @Test
    void aCommitThatHappenedWithoutBeingToldIsFoundByOpening() {
        creating("a").append("one").commit();
        Scribe room = opening("a");
        backend.failOnce(Fault.AFTER_COMMIT);

        Outcome outcome = room.append("two").write();
        Scribe again = opening("a");

        assertThat(outcome).isInstanceOf(Outcome.Failed.class);
        assertThat(again.header().lastOffset()).isEqualTo(2);
        assertThat(again.append("three").commit().allBodies()).containsExactly("one", "two", "three");
    }

    @Test
    void aFailingStatementIsTriedAgainAlone() {
        Scribe a = creating("a").commit();
        Scribe b = creating("b").commit();
        backend.hold();
        var first = a.append("held").send();
        a = hold(a);
        var second = a.append("two").send();
        var third = b.append("two").send();
        backend.failOnce(Fault.AT_STATEMENT);

        backend.release();

        assertThat(outcome(first)).isEqualTo(new Outcome.Committed());
        assertThat(outcome(second)).isEqualTo(new Outcome.Committed());
        assertThat(outcome(third)).isEqualTo(new Outcome.Committed());
        assertThat(a.allBodies()).containsExactly("held", "two");
    }

    private Scribe hold(Scribe scribe) {
        try {
            backend.awaitHeld();
            return scribe;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aPoisonousWriteFailsAloneInItsBatch() throws Exception {
        Scribe bad = creating("bad").append("one").commit();
        Scribe good = creating("good").append("one").commit();
        poison(bad);
        backend.hold();
        creating("held").send();
        backend.awaitHeld();
        var before = good.append("two").send();
        var fine = bad.change(new Change.PutRow("row", bytes("fine"))).send();
        var poisonous = bad.append("poison").send();
        var behind = bad.append("behind").send();
        var after = good.append("three").send();

        backend.release();

        assertThat(outcome(before)).isEqualTo(new Outcome.Committed());
        assertThat(outcome(fine)).isEqualTo(new Outcome.Committed());
        assertThat(outcome(poisonous))
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        told -> assertThat(told.cause()).hasMessageContaining("cannot write test/bad"));
        assertThat(outcome(behind)).isEqualTo(new Outcome.Fenced());
        assertThat(outcome(after)).isEqualTo(new Outcome.Committed());
        assertThat(good.allBodies()).containsExactly("one", "two", "three");
    }

    /// Makes the database refuse the next record of a log: it is there already.
    private void poison(Scribe room) {
        sql("insert into record (log, \"offset\", type, at, body) values (%d, %d, 'x', 1, '')"
                .formatted(room.log(), room.header().lastOffset() + 1));
    }

    private void sql(String statement) {
        try (var connection = backend.connectWriter();
                var executing = connection.createStatement()) {
            executing.execute(statement);
            connection.commit();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatArrivesDuringACommitIsTheNextOneAcrossEntities() throws Exception {
        List<Scribe> rooms = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            rooms.add(creating("room " + i).commit());
        }
        backend.hold();
        var held = creating("held").send();
        backend.awaitHeld();
        int before = backend.commits.get();
        List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            outcomes.add(rooms.get(i % 10).append("m" + i).send());
        }

        backend.release();

        outcomes.forEach(told -> assertThat(outcome(told)).isEqualTo(new Outcome.Committed()));
        assertThat(outcome(held)).isEqualTo(new Outcome.Committed());
        assertThat(backend.commits.get()).isEqualTo(before + 2);
        assertThat(rooms.get(3).allBodies()).containsExactly("m3", "m13", "m23", "m33");
    }

    @Test
    void anIdleStoreCommitsEachWriteAtOnce() {
        Scribe room = creating("a").commit();
        int before = backend.commits.get();

        room.append("one").commit().append("two").commit().append("three").commit();

        assertThat(backend.commits.get()).isEqualTo(before + 3);
    }

    @Test
    void aCommitIsBoundedInRecords() throws Exception {
        Scribe room = creating("a").commit();
        backend.hold();
        creating("held").send();
        backend.awaitHeld();
        int before = backend.commits.get();
        List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            outcomes.add(room.append("m" + i).send());
        }

        backend.release();

        outcomes.forEach(told -> assertThat(outcome(told)).isEqualTo(new Outcome.Committed()));
        assertThat(backend.commits.get()).isEqualTo(before + 1 + 3);
    }

    @Test
    void aWriteBeyondTheBoundFailsInItsOrderAndNamesTheLimit() throws Exception {
        Scribe room = creating("a").commit();
        Scribe other = creating("b").commit();
        backend.hold();
        creating("held").send();
        backend.awaitHeld();
        List<String> told = Collections.synchronizedList(new ArrayList<>());
        CompletableFuture<Outcome> refusal = new CompletableFuture<>();
        CompletableFuture<Void> last = new CompletableFuture<>();

        store.write(room.append("x".repeat(60_000)).draft(), outcome -> told.add("first " + committed(outcome)));
        store.write(room.append("x".repeat(60_000)).draft(), outcome -> {
            told.add("second " + committed(outcome));
            refusal.complete(outcome);
        });
        store.write(room.append("small").draft(), outcome -> {
            told.add("third " + committed(outcome));
            last.complete(null);
        });
        var elsewhere = other.append("small").send();
        assertThat(told).isEmpty();
        backend.release();

        last.orTimeout(30, TimeUnit.SECONDS).join();
        assertThat(told).containsExactly("first true", "second false", "third false");
        assertThat(outcome(refusal))
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.cause())
                                .hasMessageContaining("test/a")
                                .hasMessageContaining("the limit is 100000"));
        assertThat(outcome(elsewhere)).isEqualTo(new Outcome.Committed());
        assertThat(opening("a").append("again").commit().allBodies()).hasSize(2).endsWith("again");
        assertThat(store.waitingBytes()).isZero();
    }

    private static boolean committed(Outcome outcome) {
        return outcome instanceof Outcome.Committed;
    }

    @Test
    void aWriteLargerThanTheBoundIsTakenWhenNothingElseWaits() {
        Scribe room = creating("a").append("x".repeat(300_000)).commit();

        assertThat(room.allBodies()).hasSize(1);
    }

    @Test
    void everythingOfABatchFailsWhileThereIsNoConnectionAndWorksAfterwards() throws Exception {
        Scribe room = creating("a").append("one").commit();
        backend.failAlways(Fault.ON_CONNECTING);
        backend.breakConnection();

        Outcome broken = room.append("two").write();
        Outcome still = room.append("three").write();
        assertThatThrownBy(() -> store.open(room.id()))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("made to fail on connecting");
        backend.heal();

        assertThat(broken).isInstanceOf(Outcome.Failed.class);
        assertThat(still).isInstanceOf(Outcome.Failed.class);
        assertThat(opening("a").append("two").commit().allBodies()).containsExactly("one", "two");
    }

    @Test
    void closingTellsThoseBehindTheCommitInFlight() throws Exception {
        Scribe room = creating("a").commit();
        backend.hold();
        var inFlight = room.append("one").send();
        backend.awaitHeld();
        var behind = room.append("two").send();
        Thread closing = Thread.startVirtualThread(store::close);
        while (closing.getState() != Thread.State.WAITING && closing.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }

        backend.release();

        assertThat(outcome(inFlight)).isEqualTo(new Outcome.Committed());
        assertThat(outcome(behind))
                .isInstanceOfSatisfying(
                        Outcome.Failed.class, told -> assertThat(told.cause()).hasMessage("the store is closed"));
        assertThat(closing.join(java.time.Duration.ofSeconds(30))).isTrue();
    }

    @Test
    void aDamagedCheckpointIsLeftOut() {
        Scribe room = creating("a").append("1", "2");
        room.change(
                        new Change.PutCheckpoint(new Checkpoint(1, bytes("older"))),
                        new Change.PutCheckpoint(new Checkpoint(2, bytes("newer"))))
                .commit();
        sql("update checkpoint set body = cast('newEr' as %s) where log = %d and \"offset\" = 2"
                .formatted(blob(), room.log()));

        assertThat(store.checkpoints(room.log())).extracting(Checkpoint::offset).containsExactly(1L);
        assertThat(store.open(room.id()).orElseThrow().checkpoints())
                .extracting(Checkpoint::offset)
                .containsExactly(1L);
    }

    @Test
    void aCheckpointWithADamagedPartIsLeftOut() {
        Scribe room = creating("a").append("1", "2", "3");
        for (long offset = 1; offset <= 3; offset++) {
            room.change(
                            new Change.PutCheckpoint(offset, 0, false, bytes("one")),
                            new Change.PutCheckpoint(offset, 1, true, bytes("two")))
                    .commit();
        }
        sql("update checkpoint set part = 2 * part where log = %d and \"offset\" = 3".formatted(room.log()));
        assertThat(store.checkpoints(room.log())).extracting(Checkpoint::offset).containsExactly(2L);

        sql("update checkpoint set body = cast('twO' as %s) where log = %d and \"offset\" = 2 and part = 1"
                .formatted(blob(), room.log()));
        assertThat(store.checkpoints(room.log())).isEmpty();
    }

    @Test
    void partsTakeTheRoomOfThoseThatAreOfNoUse() throws Exception {
        Scribe room = creating("a").append("1");
        for (long offset = 1; offset <= 20; offset++) {
            room.append("more").commit();
            int parts = offset == 20 ? 2 : 5;
            for (int part = 0; part < parts; part++) {
                room.change(new Change.PutCheckpoint(offset, part, part == parts - 1, bytes("state")))
                        .commit();
                // two that are whole, one that is written, and what it has not taken the place of yet
                assertThat(rows("checkpoint")).isLessThanOrEqualTo(3 * 5);
            }
        }
        assertThat(store.checkpoints(room.log())).extracting(Checkpoint::offset).containsExactly(20L, 19L);

        room.change(new Change.PutCheckpoint(21, 0, true, bytes("state"))).commit();
        assertThat(rows("checkpoint")).isEqualTo(2 + 1);
    }

    @Test
    void aCheckpointOfAnotherPlaceIsLeftOut() {
        Scribe room = creating("a").append("1", "2");
        room.change(new Change.PutCheckpoint(new Checkpoint(1, bytes("state")))).commit();
        sql("update checkpoint set \"offset\" = 2 where log = " + room.log());

        assertThat(store.checkpoints(room.log())).isEmpty();
    }

    abstract String blob();

    @Test
    void sweepingLeavesNoRowOfWhatIsGone() throws Exception {
        Scribe room = creating("a");
        room.append("1", "2", "3")
                .change(
                        new Change.PutRow("row", bytes("1")),
                        new Change.PutOnce(new Once("soon", 5, bytes("1"))),
                        new Change.PutOnce(new Once("never", Header.NEVER, bytes("1"))),
                        new Change.PutCheckpoint(new Checkpoint(3, bytes("1"))),
                        new Change.PutSnapshot(new Snapshot("s", 1, 1, bytes("1"))))
                .commit();
        room.append(new LogRecord(4, "other", 99, null, bytes("4")))
                .change(new Change.DeleteRecords("message"), new Change.DeleteSnapshots())
                .commit();
        assertThat(rows("record")).isEqualTo(4);

        sweepAll();
        assertThat(rows("record")).isEqualTo(1);
        assertThat(rows("snapshot")).isZero();
        assertThat(rows("once")).isEqualTo(1);
        assertThat(rows("erased")).isZero();

        room.trimBefore(5).commit();
        sweepAll();
        assertThat(rows("record")).isZero();

        room.beginLog().append("new").commit();
        sweepAll();
        assertThat(rows("record")).isEqualTo(1);
        assertThat(rows("once")).isZero();
        assertThat(rows("checkpoint")).isZero();
        assertThat(rows("entity_row")).isEqualTo(1);

        room.change(new Change.DeleteEntity()).commit();
        sweepAll();
        for (String table : List.of("entity", "record", "once", "checkpoint", "entity_row", "snapshot", "dropped")) {
            assertThat(rows(table)).as(table).isZero();
        }
    }

    private void sweepAll() {
        while (store.sweep(10)) {
            // one chunk at a time
        }
    }

    private long rows(String table) {
        return backend.reads()
                .read(handle -> handle.createQuery("select count(*) from " + table)
                        .mapTo(Long.class)
                        .one());
    }
}
