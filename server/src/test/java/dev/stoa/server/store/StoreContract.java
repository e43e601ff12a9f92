package dev.stoa.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/// What every store keeps to, whatever it keeps things in. One store serves all tests of a class, so each
/// test has a kind of its own.
public abstract class StoreContract {
    private static final AtomicInteger TESTS = new AtomicInteger();

    private Store store;
    private String kind;

    /// The store to test, which other tests have used already.
    protected abstract Store store();

    /// A store of its own, to be closed.
    protected abstract Store separateStore();

    @BeforeEach
    void takeKind(TestInfo test) {
        store = store();
        kind = "test:" + TESTS.incrementAndGet() + ":"
                + test.getTestMethod().orElseThrow().getName();
    }

    private EntityId id(String name) {
        return new EntityId(kind, name);
    }

    private Scribe creating(String name) {
        return Scribe.creating(store, id(name));
    }

    private Scribe opening(String name) {
        return Scribe.opening(store, id(name));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] body) {
        return new String(body, StandardCharsets.UTF_8);
    }

    // Owners and writes

    @Test
    void aCommittedWriteIsReadByEverybody() {
        Scribe room = creating("a").append("one", "two").commit();

        assertThat(room.allBodies()).containsExactly("one", "two");
        assertThat(store.header(id("a"))).contains(room.header());
    }

    @Test
    void whatIsToldAsCommittedIsReadWithinTheCall() {
        Scribe room = creating("a").append("one");
        long log = room.log();
        CompletableFuture<List<LogRecord>> seen = new CompletableFuture<>();

        store.write(
                room.draft(),
                _ -> Thread.startVirtualThread(() -> seen.complete(store.read(log, Scan.ascending(1, 9, 9)))));

        assertThat(Scribe.bodies(seen.orTimeout(30, TimeUnit.SECONDS).join())).containsExactly("one");
    }

    @Test
    void anEntityIsNotThereBeforeItsFirstWrite() {
        creating("a");

        assertThat(store.header(id("a"))).isEmpty();
        assertThat(store.open(id("a"))).isEmpty();
        assertThat(store.header(id("a"))).isEmpty();
    }

    @Test
    void anEntityIsCreatedOnce() {
        Scribe first = creating("a").append("first").commit();

        Outcome second = creating("a").append("second").write();

        assertThat(second).isEqualTo(new Outcome.Fenced());
        assertThat(store.header(id("a"))).contains(first.header());
    }

    @Test
    void itsCreatorGoesOnWithoutOpeningIt() {
        Scribe room = creating("a").append("one").commit();

        room.append("two").commit();

        assertThat(room.allBodies()).containsExactly("one", "two");
    }

    @Test
    void whoeverOpensItCanWrite() {
        creating("a").append("one").commit();

        Scribe room = opening("a").append("two").commit().append("three").commit();

        assertThat(room.allBodies()).containsExactly("one", "two", "three");
    }

    @Test
    void everyOpeningGivesAHigherFence() {
        creating("a").commit();

        long first = store.open(id("a")).orElseThrow().fence();
        long second = store.open(id("a")).orElseThrow().fence();

        assertThat(first).isPositive();
        assertThat(second).isGreaterThan(first);
    }

    @Test
    void anOvertakenCreatorChangesNothing() {
        Scribe creator = creating("a").append("one").commit();
        Scribe owner = opening("a");

        Outcome late = creator.append("late").count("messages", 1).write();

        assertThat(late).isEqualTo(new Outcome.Fenced());
        assertThat(owner.allBodies()).containsExactly("one");
        assertThat(store.totals(kind)).isEmpty();
    }

    @Test
    void anOvertakenOwnerChangesNothing() {
        creating("a").append("one").commit();
        Scribe first = opening("a").append("two").commit();
        Scribe second = opening("a").append("three").commit();

        Outcome late = first.change(new Change.PutRow("row", bytes("late")), new Change.DeleteEntity())
                .write();

        assertThat(late).isEqualTo(new Outcome.Fenced());
        assertThat(store.header(id("a"))).contains(second.header());
        assertThat(store.open(id("a")).orElseThrow().rows()).isEmpty();
    }

    @Test
    void aWriteWhosePredecessorIsMissingIsRefused() {
        Scribe room = creating("a").append("one").commit();

        Outcome outcome = room.skipWrite().append("two").write();

        assertThat(outcome).isEqualTo(new Outcome.Fenced());
        assertThat(Scribe.bodies(store.read(room.log(), Scan.ascending(1, 9, 9))))
                .containsExactly("one");
    }

    @Test
    void theFirstWriteOfAnEntityCannotBeMissing() {
        Outcome outcome = creating("a").skipWrite().write();

        assertThat(outcome).isEqualTo(new Outcome.Fenced());
        assertThat(store.header(id("a"))).isEmpty();
    }

    @Test
    void aWriteIsNotDoneTwice() {
        Scribe room = creating("a").append("one").commit();
        Scribe twin = room.twin();
        room.append("two").commit();

        Outcome again = twin.append("two").write();

        assertThat(again).isEqualTo(new Outcome.Fenced());
        assertThat(room.allBodies()).containsExactly("one", "two");
    }

    @Test
    void anUnknownFenceIsRefused() {
        Scribe room = creating("a").commit();
        Opened opened = store.open(id("a")).orElseThrow();

        Outcome outcome = Scribe.of(store, id("a"), new Opened(opened.fence() + 1, room.header(), List.of(), Map.of()))
                .append("forged")
                .write();

        assertThat(outcome).isEqualTo(new Outcome.Fenced());
    }

    @Test
    void aStaleCreatorCannotWriteIntoARecreatedEntity() {
        Scribe stale = creating("a").append("old").commit();
        opening("a").change(new Change.DeleteEntity()).commit();
        Scribe recreated = creating("a").append("new").commit();

        Outcome outcome = stale.append("old again").write();

        assertThat(outcome).isEqualTo(new Outcome.Fenced());
        assertThat(recreated.allBodies()).containsExactly("new");
    }

    @Test
    void aStaleOwnerCannotWriteIntoARecreatedEntity() {
        creating("a").commit();
        Scribe stale = opening("a").append("old").commit();
        opening("a").change(new Change.DeleteEntity()).commit();
        creating("a").commit();
        Scribe owner = opening("a").append("new").commit();

        Outcome outcome = stale.append("old again").write();

        assertThat(outcome).isEqualTo(new Outcome.Fenced());
        assertThat(owner.allBodies()).containsExactly("new");
    }

    @Test
    void recordsThatDoNotFollowTheLogFailWithBothOffsets() {
        Scribe room = creating("a").append("one").commit();

        Outcome outcome =
                room.append(new LogRecord(5, "message", 9, null, bytes("five"))).write();

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.cause())
                                .hasMessageContaining(
                                        "in " + id("a") + ", what follows record 4 was given after record 1"));
        assertThat(store.header(id("a")).orElseThrow().lastOffset()).isEqualTo(1);
    }

    @Test
    void aNewLogBeginsWithItsFirstRecord() {
        Outcome outcome = creating("a")
                .append(new LogRecord(2, "message", 1, null, bytes("two")))
                .write();

        assertThat(outcome).isInstanceOf(Outcome.Failed.class);
        assertThat(store.header(id("a"))).isEmpty();
    }

    @Test
    void aFailedWriteTakesNoOtherEntityDown() {
        Scribe bad = creating("bad").append("one").commit();
        Scribe good = creating("good").append("one").commit();

        var failing =
                bad.append(new LogRecord(7, "message", 9, null, bytes("seven"))).send();
        var working = good.append("two").send();

        assertThat(failing.orTimeout(30, TimeUnit.SECONDS).join()).isInstanceOf(Outcome.Failed.class);
        assertThat(working.orTimeout(30, TimeUnit.SECONDS).join()).isEqualTo(new Outcome.Committed());
    }

    @Test
    void afterAFailedWriteTheOwnersLaterOnesAreRefusedUntilItOpensAgain() {
        Scribe room = creating("a").append("one").commit();
        Scribe lost = room.twin().skipWrite();

        room.append(new LogRecord(7, "message", 9, null, bytes("seven"))).write();
        Outcome later = lost.append("two").write();
        Scribe again = opening("a").append("two").commit();

        assertThat(later).isEqualTo(new Outcome.Fenced());
        assertThat(again.allBodies()).containsExactly("one", "two");
    }

    @Test
    void outcomesOfOneEntityAreToldOnceAndInTheirOrder() {
        Scribe room = creating("a");
        List<Integer> told = Collections.synchronizedList(new ArrayList<>());
        CompletableFuture<Void> last = new CompletableFuture<>();

        for (int i = 1; i <= 500; i++) {
            int number = i;
            store.write(room.append("m" + i).draft(), _ -> told.add(number));
        }
        store.write(room.skipWrite().append("behind a gap").draft(), _ -> {
            told.add(501);
            last.complete(null);
        });

        last.orTimeout(30, TimeUnit.SECONDS).join();
        assertThat(told).hasSize(501).isSorted();
        assertThat(store.header(id("a")).orElseThrow().lastOffset()).isEqualTo(500);
    }

    @Test
    void anOwnerMayWriteFromWithinAnOutcome() {
        Scribe room = creating("a").append("one");
        CompletableFuture<Outcome> second = new CompletableFuture<>();

        store.write(room.draft(), _ -> store.write(room.append("two").draft(), second::complete));

        assertThat(second.orTimeout(30, TimeUnit.SECONDS).join()).isEqualTo(new Outcome.Committed());
        assertThat(room.allBodies()).containsExactly("one", "two");
    }

    @Test
    void aReceiverThatThrowsDoesNotDisturbTheStore() {
        Scribe room = creating("a").append("one");

        try {
            store.write(room.draft(), _ -> {
                throw new IllegalStateException("a receiver's bug");
            });
        } catch (IllegalStateException _) {
            // a store that tells within the call may let it through
        }

        assertThat(room.append("two").commit().allBodies()).containsExactly("one", "two");
    }

    @Test
    void manyThreadsWriteManyEntitiesEachInItsOrder() throws Exception {
        int entities = 24;
        int writes = 60;
        try (var threads = Executors.newFixedThreadPool(8)) {
            List<Future<List<String>>> working = new ArrayList<>();
            for (int e = 0; e < entities; e++) {
                Scribe room = creating("room " + e);
                working.add(threads.submit(() -> {
                    List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
                    for (int i = 0; i < writes; i++) {
                        outcomes.add(room.append("m" + i).count("messages", 1).send());
                    }
                    outcomes.forEach(outcome -> assertThat(
                                    outcome.orTimeout(30, TimeUnit.SECONDS).join())
                            .isEqualTo(new Outcome.Committed()));
                    return room.allBodies();
                }));
            }
            for (Future<List<String>> bodies : working) {
                assertThat(bodies.get(60, TimeUnit.SECONDS))
                        .hasSize(writes)
                        .startsWith("m0", "m1", "m2")
                        .endsWith("m58", "m59");
            }
        }
        assertThat(store.totals(kind)).isEqualTo(Map.of("messages", (long) entities * writes));
    }

    @Test
    void openingIsSafeAgainstConcurrentWriters() throws Exception {
        creating("a").commit();
        Set<Long> fences = ConcurrentHashMap.newKeySet();
        AtomicInteger committed = new AtomicInteger();
        try (var threads = Executors.newFixedThreadPool(8)) {
            List<Future<?>> working = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                working.add(threads.submit(() -> {
                    Scribe owner = opening("a");
                    fences.add(owner.owner().fence());
                    if (owner.append("x").write() instanceof Outcome.Committed) {
                        committed.incrementAndGet();
                    }
                }));
            }
            for (Future<?> work : working) {
                work.get(60, TimeUnit.SECONDS);
            }
        }

        assertThat(fences).hasSize(40);
        assertThat(opening("a").allBodies()).hasSize(committed.get());
    }

    @Test
    void logNumbersAreNeverGivenTwice() throws Exception {
        Set<Long> numbers = ConcurrentHashMap.newKeySet();
        try (var threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> working = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                working.add(threads.submit(() -> {
                    for (int i = 0; i < 600; i++) {
                        numbers.add(store.nextLog());
                    }
                }));
            }
            for (Future<?> work : working) {
                work.get(60, TimeUnit.SECONDS);
            }
        }

        assertThat(numbers).hasSize(2400).allMatch(number -> number > 0);
    }

    // What is found on opening

    @Test
    void anOpenedEntityHasItsHeaderCheckpointsAndRows() {
        Scribe room = creating("a").append("one", "two");
        room.header(h -> new Header(
                        h.log(),
                        "epoch-ä",
                        "destroyed",
                        1,
                        2,
                        h.lastAt(),
                        77,
                        Map.of("members", 3L, "low", Long.MIN_VALUE, "high", Long.MAX_VALUE)))
                .change(
                        new Change.PutCheckpoint(new Checkpoint(2, bytes("state"))),
                        new Change.PutRow("a", bytes("row a")),
                        new Change.PutRow("b", new byte[0]))
                .commit();

        Opened opened = store.open(id("a")).orElseThrow();

        assertThat(opened.header()).isEqualTo(room.header());
        assertThat(opened.header().counter("members")).isEqualTo(3);
        assertThat(opened.checkpoints()).singleElement().satisfies(found -> {
            assertThat(found.offset()).isEqualTo(2);
            assertThat(text(found.body())).isEqualTo("state");
        });
        assertThat(opened.rows()).containsOnlyKeys("a", "b");
        assertThat(text(opened.rows().get("a"))).isEqualTo("row a");
        assertThat(opened.rows().get("b")).isEmpty();
    }

    @Test
    void lookingAtAHeaderTakesNothingFromTheOwner() {
        Scribe room = creating("a").append("one").commit();

        store.header(id("a"));

        assertThat(room.append("two").write()).isEqualTo(new Outcome.Committed());
    }

    @Test
    void kindAndNameTogetherTellEntitiesApart() {
        Scribe room = creating("a").append("room").commit();
        Scribe channel = Scribe.creating(store, new EntityId(kind + ":channel", "a"))
                .append("channel")
                .commit();

        assertThat(room.allBodies()).containsExactly("room");
        assertThat(channel.allBodies()).containsExactly("channel");
    }

    @Test
    void anyTextAndAnyBytesComeBackAsTheyWere() {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        String odd = "'; drop table entity; -- \"%_\\ \t\n\u0001 \uFFFD 😀 e\u0301 \u202E";
        String name = "😀 '\"%_\\ é e\u0301";
        Scribe room = Scribe.creating(store, id(name)).append(odd, odd, all);
        room.change(
                        new Change.PutRow(odd, all),
                        new Change.PutOnce(new Once(odd, Header.NEVER, all)),
                        new Change.PutSnapshot(new Snapshot(odd, 1, 1, all)))
                .count(odd, 1)
                .status(odd)
                .commit();

        LogRecord record = store.read(
                        room.log(), Scan.ascending(1, 1, 1).ofTypes(Set.of(odd)).labelled(Set.of(odd)))
                .getFirst();
        assertThat(record.type()).isEqualTo(odd);
        assertThat(record.label()).isEqualTo(odd);
        assertThat(record.body()).isEqualTo(all);
        assertThat(store.open(id(name)).orElseThrow().rows().get(odd)).isEqualTo(all);
        assertThat(store.once(room.log(), odd, 0).orElseThrow().body()).isEqualTo(all);
        assertThat(store.snapshot(id(name), odd).orElseThrow().body()).isEqualTo(all);
        assertThat(store.totals(kind)).containsOnlyKeys(odd);
        assertThat(store.entities(new EntityQuery(kind, name, odd, null, 9))).hasSize(1);
    }

    @Test
    void textsOfTheGreatestLengthAreKept() {
        String longest = "😀".repeat(512);
        EntityId id = new EntityId("k".repeat(EntityId.MAX_KIND_LENGTH), kind.hashCode() + "n".repeat(200));
        Scribe room = Scribe.creating(store, id)
                .append("t".repeat(64), longest, bytes("body"))
                .change(new Change.PutRow(longest, bytes("row")))
                .change(new Change.PutOnce(new Once(longest, 5, bytes("once"))))
                .change(new Change.PutSnapshot(new Snapshot("s".repeat(64), 1, 1, bytes("snapshot"))))
                .commit();

        assertThat(store.once(room.log(), longest, 5)).isPresent();
        assertThat(store.snapshot(id, "s".repeat(64))).isPresent();
        assertThat(store.open(id).orElseThrow().rows()).containsOnlyKeys(longest);
    }

    @Test
    void largeBodiesComeBackWhole() {
        byte[] large = new byte[3 << 20];
        new Random(1).nextBytes(large);
        Scribe room = creating("a").append("message", null, large);
        room.change(
                        new Change.PutCheckpoint(new Checkpoint(1, large)),
                        new Change.PutSnapshot(new Snapshot("s", 1, 1, large)),
                        new Change.PutRow("row", large))
                .commit();

        assertThat(store.read(room.log(), Scan.ascending(1, 1, 1)).getFirst().body())
                .isEqualTo(large);
        assertThat(store.checkpoints(room.log()).getFirst().body()).isEqualTo(large);
        assertThat(store.snapshot(id("a"), "s").orElseThrow().body()).isEqualTo(large);
        assertThat(store.open(id("a")).orElseThrow().rows().get("row")).isEqualTo(large);
    }

    // Reading a log

    @Test
    void aLogIsReadBothWaysWithinItsBounds() {
        Scribe room = creating("a").append("1", "2", "3", "4", "5").commit();

        assertThat(room.bodies(Scan.ascending(2, 4, 9))).containsExactly("2", "3", "4");
        assertThat(room.bodies(Scan.descending(2, 4, 9))).containsExactly("4", "3", "2");
        assertThat(room.bodies(Scan.ascending(1, 9, 2))).containsExactly("1", "2");
        assertThat(room.bodies(Scan.descending(1, 9, 2))).containsExactly("5", "4");
        assertThat(room.bodies(Scan.ascending(4, Long.MAX_VALUE, 9))).containsExactly("4", "5");
        assertThat(room.bodies(Scan.ascending(-5, 2, 9))).containsExactly("1", "2");
        assertThat(room.bodies(Scan.ascending(6, 9, 9))).isEmpty();
        assertThat(room.bodies(Scan.ascending(3, 2, 9))).isEmpty();
    }

    @Test
    void aRecordComesBackWithEverythingItHad() {
        Scribe room =
                creating("a").at(41).append("chat", "label", bytes("body")).commit();

        LogRecord found = store.read(room.log(), Scan.ascending(1, 1, 1)).getFirst();

        assertThat(found).usingRecursiveComparison().isEqualTo(new LogRecord(1, "chat", 42, "label", bytes("body")));
    }

    @Test
    void readingStopsAfterTheRecordThatPassesTheSumOfBytes() {
        Scribe room = creating("a").append("1234", "1234", "1234", "1234").commit();

        assertThat(room.bodies(limited(8))).hasSize(3);
        assertThat(room.bodies(limited(7))).hasSize(2);
        assertThat(room.bodies(limited(0))).hasSize(1);
        assertThat(room.bodies(limited(100))).hasSize(4);
    }

    private static Scan limited(long bytes) {
        return new Scan(1, 9, false, Set.of(), Set.of(), 9, bytes);
    }

    @Test
    void aLongLogIsReadInBoundedBites() {
        Scribe room = creating("a");
        for (int i = 1; i <= 1500; i++) {
            room.append("message", null, new byte[1000]);
        }
        room.commit();

        Scan scan = new Scan(1, 1500, false, Set.of(), Set.of(), Scan.MAX_LIMIT, 700_000);
        List<LogRecord> bite = store.read(room.log(), scan);
        assertThat(bite).hasSize(701);
        assertThat(bite.getLast().offset()).isEqualTo(701);
    }

    @Test
    void readingFiltersByTypeAndLabel() {
        Scribe room = creating("a")
                .append("chat", "x", bytes("1"))
                .append("chat", null, bytes("2"))
                .append("meta", "x", bytes("3"))
                .append("chat", "y", bytes("4"))
                .commit();
        Scan all = Scan.ascending(1, 9, 9);

        assertThat(room.bodies(all.ofTypes(Set.of("chat")))).containsExactly("1", "2", "4");
        assertThat(room.bodies(all.ofTypes(Set.of("chat", "meta", "none")))).hasSize(4);
        assertThat(room.bodies(all.labelled(Set.of("x")))).containsExactly("1", "3");
        assertThat(room.bodies(all.labelled(Set.of("x", "y")).ofTypes(Set.of("chat"))))
                .containsExactly("1", "4");
        assertThat(room.bodies(Scan.descending(1, 9, 1).ofTypes(Set.of("meta"))))
                .containsExactly("3");
        assertThat(room.bodies(all.labelled(Set.of("z")))).isEmpty();
    }

    @Test
    void anUnknownLogIsEmpty() {
        long unknown = store.nextLog();

        assertThat(store.read(unknown, Scan.ascending(1, 9, 9))).isEmpty();
        assertThat(store.count(unknown, "message", 1, 9)).isZero();
        assertThat(store.lastAt(unknown, 9)).isEmpty();
        assertThat(store.once(unknown, "key", 0)).isEmpty();
        assertThat(store.checkpoints(unknown)).isEmpty();
    }

    @Test
    void recordsOfATypeAreCountedBetweenTwoOffsets() {
        Scribe room = creating("a");
        for (int i = 1; i <= 10; i++) {
            room.append(i % 2 == 0 ? "even" : "odd", null, bytes("" + i));
        }
        room.commit();

        assertThat(store.count(room.log(), "even", 1, 10)).isEqualTo(5);
        assertThat(store.count(room.log(), "even", 2, 4)).isEqualTo(2);
        assertThat(store.count(room.log(), "odd", 3, 3)).isEqualTo(1);
        assertThat(store.count(room.log(), "odd", 4, 3)).isZero();
        assertThat(store.count(room.log(), "none", 1, 10)).isZero();
    }

    @Test
    void theRecordOfAMomentIsTheLastOneWrittenByThen() {
        Scribe room = creating("a");
        long[] times = {10, 20, 20, 20, 30, 55};
        for (int i = 0; i < times.length; i++) {
            room.append(new LogRecord(i + 1, "message", times[i], null, bytes("" + (i + 1))));
        }
        room.commit();

        assertThat(lastAt(room, 9)).isEqualTo(0);
        assertThat(lastAt(room, 10)).isEqualTo(1);
        assertThat(lastAt(room, 19)).isEqualTo(1);
        assertThat(lastAt(room, 20)).isEqualTo(4);
        assertThat(lastAt(room, 54)).isEqualTo(5);
        assertThat(lastAt(room, 55)).isEqualTo(6);
        assertThat(lastAt(room, Long.MAX_VALUE)).isEqualTo(6);
    }

    @Test
    void theRecordOfAMomentIsFoundInALogWithHoles() {
        Random random = new Random(7);
        Scribe room = creating("a");
        long time = 0;
        for (int i = 1; i <= 200; i++) {
            time += random.nextInt(3);
            String type = random.nextInt(3) == 0 ? "gone" : "kept";
            room.append(new LogRecord(i, type, time, null, bytes("" + i)));
        }
        room.commit().trimBefore(31).change(new Change.DeleteRecords("gone")).commit();

        List<LogRecord> kept = store.read(room.log(), Scan.ascending(1, 200, 200));
        for (boolean swept : new boolean[] {false, true}) {
            for (long at = 0; at <= time + 1; at++) {
                long moment = at;
                long expected = kept.stream()
                        .filter(record -> record.at() <= moment)
                        .mapToLong(LogRecord::offset)
                        .max()
                        .orElse(0);
                assertThat(lastAt(room, at)).as("at %d, swept %s", at, swept).isEqualTo(expected);
            }
            sweepAll(0);
        }
    }

    private long lastAt(Scribe room, long at) {
        return store.lastAt(room.log(), at).map(LogRecord::offset).orElse(0L);
    }

    // Trimming, deleting, dropping

    @Test
    void trimmedRecordsAreUnreadableAtOnce() {
        Scribe room = creating("a").append("1", "2", "3", "4").commit();

        room.append("5").trimBefore(4).commit();

        assertThat(room.allBodies()).containsExactly("4", "5");
        assertThat(room.bodies(Scan.descending(1, 9, 9))).containsExactly("5", "4");
        assertThat(store.count(room.log(), "message", 1, 9)).isEqualTo(2);
        assertThat(lastAt(room, 3)).isZero();
        sweepAll(0);
        assertThat(room.allBodies()).containsExactly("4", "5");
    }

    @Test
    void aLogMayBeTrimmedToNothingAndGoesOnCounting() {
        Scribe room = creating("a").append("1", "2").commit().trimBefore(3).commit();

        assertThat(room.allBodies()).isEmpty();
        assertThat(lastAt(room, Long.MAX_VALUE)).isZero();

        room.append("3").commit();
        sweepAll(0);
        assertThat(room.allBodies()).containsExactly("3");
        assertThat(store.open(id("a")).orElseThrow().header()).isEqualTo(room.header());
    }

    @Test
    void aWriteMayTrimWhatItAppends() {
        Scribe room = creating("a").append("1", "2", "3").trimBefore(3).commit();

        assertThat(room.allBodies()).containsExactly("3");
        sweepAll(0);
        assertThat(room.allBodies()).containsExactly("3");
    }

    @Test
    void recordsOfADeletedTypeAreUnreadableAtOnceAndLeaveHoles() {
        Scribe room = creating("a")
                .append("chat", null, bytes("1"))
                .append("meta", null, bytes("2"))
                .append("chat", null, bytes("3"))
                .commit();

        room.append("meta", null, bytes("4"))
                .change(new Change.DeleteRecords("chat"))
                .commit();

        assertThat(room.allBodies()).containsExactly("2", "4");
        assertThat(store.count(room.log(), "chat", 1, 9)).isZero();
        assertThat(store.count(room.log(), "meta", 1, 9)).isEqualTo(2);
        assertThat(lastAt(room, 1)).isZero();
        sweepAll(0);
        assertThat(room.allBodies()).containsExactly("2", "4");
        assertThat(store.header(id("a")).orElseThrow().lastOffset()).isEqualTo(4);
    }

    @Test
    void deletingATypeTakesTheRecordsOfTheSameWrite() {
        Scribe room = creating("a")
                .append("chat", null, bytes("1"))
                .append("meta", null, bytes("2"))
                .change(new Change.DeleteRecords("chat"))
                .commit();

        assertThat(room.allBodies()).containsExactly("2");
    }

    @Test
    void aDroppedLogIsUnreadableAtOnce() {
        Scribe room = creating("a").append("1", "2");
        room.change(
                        new Change.PutOnce(new Once("key", Header.NEVER, bytes("once"))),
                        new Change.PutCheckpoint(new Checkpoint(2, bytes("state"))),
                        new Change.PutRow("row", bytes("row")),
                        new Change.PutSnapshot(new Snapshot("s", 1, 1, bytes("snapshot"))))
                .commit();
        long dropped = room.log();

        room.beginLog().append("new").commit();

        for (boolean swept : new boolean[] {false, true}) {
            assertThat(store.read(dropped, Scan.ascending(1, 9, 9)))
                    .as("swept %s", swept)
                    .isEmpty();
            assertThat(store.count(dropped, "message", 1, 9)).isZero();
            assertThat(store.lastAt(dropped, 99)).isEmpty();
            assertThat(store.once(dropped, "key", 0)).isEmpty();
            assertThat(store.checkpoints(dropped)).isEmpty();
            assertThat(room.allBodies()).containsExactly("new");
            sweepAll(0);
        }
        Opened opened = store.open(id("a")).orElseThrow();
        assertThat(opened.header()).isEqualTo(room.header());
        assertThat(opened.checkpoints()).isEmpty();
        assertThat(opened.rows()).containsOnlyKeys("row");
        assertThat(store.snapshot(id("a"), "s")).isPresent();
    }

    @Test
    void whatIsWrittenWithANewLogBelongsToIt() {
        Scribe room = creating("a").append("old").commit();

        room.change(new Change.PutOnce(new Once("key", Header.NEVER, bytes("new"))))
                .beginLog()
                .append("new")
                .change(new Change.PutCheckpoint(new Checkpoint(1, bytes("new"))))
                .commit();

        assertThat(room.allBodies()).containsExactly("new");
        assertThat(store.once(room.log(), "key", 0)).isPresent();
        assertThat(store.checkpoints(room.log())).hasSize(1);
        assertThat(room.append("more").commit().allBodies()).containsExactly("new", "more");
    }

    @Test
    void aLogIsNotReplacedWithoutLettingGoOfIt() {
        Scribe room = creating("a").append("one").commit();
        long log = room.log();

        Outcome outcome = room.header(_ -> Header.fresh(store.nextLog(), "other", "active"))
                .write();

        assertThat(outcome).isEqualTo(new Outcome.Fenced());
        assertThat(store.header(id("a")).orElseThrow().log()).isEqualTo(log);
    }

    @Test
    void anOvertakenOwnerCannotReplaceTheLog() {
        Scribe stale = creating("a").append("one").commit();
        Scribe owner = opening("a");

        Outcome outcome = stale.beginLog().append("other").write();

        assertThat(outcome).isEqualTo(new Outcome.Fenced());
        assertThat(owner.allBodies()).containsExactly("one");
    }

    @Test
    void aDeletedEntityIsForgottenWithAllThatWasItsOwn() {
        Scribe room = creating("a").append("1").wakeAt(1);
        room.change(
                        new Change.PutRow("row", bytes("row")),
                        new Change.PutOnce(new Once("key", Header.NEVER, bytes("once"))),
                        new Change.PutCheckpoint(new Checkpoint(1, bytes("state"))),
                        new Change.PutSnapshot(new Snapshot("s", 1, 1, bytes("snapshot"))))
                .commit();

        room.append("2").change(new Change.DeleteEntity()).commit();

        for (boolean swept : new boolean[] {false, true}) {
            assertThat(store.header(id("a"))).as("swept %s", swept).isEmpty();
            assertThat(store.open(id("a"))).isEmpty();
            assertThat(room.allBodies()).isEmpty();
            assertThat(store.once(room.log(), "key", 0)).isEmpty();
            assertThat(store.checkpoints(room.log())).isEmpty();
            assertThat(store.snapshots(id("a"), "", 9)).isEmpty();
            assertThat(store.snapshot(id("a"), "s")).isEmpty();
            assertThat(store.entities(new EntityQuery(kind, "", null, null, 9))).isEmpty();
            assertThat(due(9, 9)).isEmpty();
            sweepAll(0);
        }
    }

    @Test
    void theOwnerOfADeletedEntityCannotWrite() {
        Scribe room = creating("a").change(new Change.DeleteEntity()).commit();

        assertThat(room.append("late").write()).isEqualTo(new Outcome.Fenced());
        assertThat(store.header(id("a"))).isEmpty();
    }

    @Test
    void aRecreatedEntityBeginsWithNothing() {
        creating("a")
                .append("old")
                .change(
                        new Change.PutRow("row", bytes("old")),
                        new Change.PutSnapshot(new Snapshot("s", 1, 1, bytes("old"))),
                        new Change.PutOnce(new Once("key", Header.NEVER, bytes("old"))),
                        new Change.DeleteEntity())
                .commit();

        Scribe room = creating("a").append("new").commit();

        sweepAll(0);
        Opened opened = store.open(id("a")).orElseThrow();
        assertThat(opened.rows()).isEmpty();
        assertThat(opened.checkpoints()).isEmpty();
        assertThat(store.snapshots(id("a"), "", 9)).isEmpty();
        assertThat(store.once(room.log(), "key", 0)).isEmpty();
        assertThat(room.allBodies()).containsExactly("new");
    }

    // Rows, once keys, checkpoints, snapshots

    @Test
    void rowsAreReplacedAndRemoved() {
        Scribe room = creating("a")
                .change(new Change.PutRow("x", bytes("1")), new Change.PutRow("y", bytes("1")))
                .commit();

        room.change(new Change.PutRow("x", bytes("2")), new Change.DeleteRow("y"), new Change.DeleteRow("never there"))
                .commit();

        Map<String, byte[]> rows = store.open(id("a")).orElseThrow().rows();
        assertThat(rows).containsOnlyKeys("x");
        assertThat(text(rows.get("x"))).isEqualTo("2");
    }

    @Test
    void changesOfAWriteHappenInTheirOrder() {
        Scribe room = creating("a");
        room.change(
                        new Change.PutRow("last deleted", bytes("1")),
                        new Change.DeleteRow("last deleted"),
                        new Change.DeleteRow("last put"),
                        new Change.PutRow("last put", bytes("1")),
                        new Change.PutRow("last put", bytes("2")),
                        new Change.PutOnce(new Once("p:before", Header.NEVER, bytes("1"))),
                        new Change.DeleteOnces("p:"),
                        new Change.PutOnce(new Once("p:after", Header.NEVER, bytes("2"))),
                        new Change.PutSnapshot(new Snapshot("before", 0, 1, bytes("1"))),
                        new Change.DeleteSnapshots(),
                        new Change.PutSnapshot(new Snapshot("after", 0, 1, bytes("2"))))
                .commit();

        Map<String, byte[]> rows = store.open(id("a")).orElseThrow().rows();
        assertThat(rows).containsOnlyKeys("last put");
        assertThat(text(rows.get("last put"))).isEqualTo("2");
        assertThat(store.once(room.log(), "p:before", 0)).isEmpty();
        assertThat(store.once(room.log(), "p:after", 0)).isPresent();
        assertThat(store.snapshots(id("a"), "", 9)).extracting(Snapshot::id).containsExactly("after");
    }

    @Test
    void changesOfWritesThatAreCommittedTogetherHappenInTheirOrder() {
        Scribe room = creating("a");
        room.change(new Change.PutOnce(new Once("p:1", Header.NEVER, bytes("1"))))
                .send();
        room.change(new Change.PutRow("x", bytes("1"))).send();
        room.change(new Change.DeleteOnces("p:")).send();
        room.change(new Change.DeleteRow("x")).send();
        room.change(new Change.PutOnce(new Once("p:2", Header.NEVER, bytes("2"))))
                .send();
        room.change(new Change.PutRow("x", bytes("2"))).commit();

        assertThat(store.once(room.log(), "p:1", 0)).isEmpty();
        assertThat(store.once(room.log(), "p:2", 0)).isPresent();
        assertThat(text(store.open(id("a")).orElseThrow().rows().get("x"))).isEqualTo("2");
    }

    @Test
    void aOnceKeyIsKnownUntilItHasExpired() {
        Scribe room = creating("a")
                .change(
                        new Change.PutOnce(new Once("key", 100, bytes("result"))),
                        new Change.PutOnce(new Once("forever", Header.NEVER, bytes("result"))))
                .commit();

        assertThat(store.once(room.log(), "key", 99)).isPresent();
        Once found = store.once(room.log(), "key", 100).orElseThrow();
        assertThat(text(found.body())).isEqualTo("result");
        assertThat(found.expiresAt()).isEqualTo(100);
        assertThat(store.once(room.log(), "key", 101)).isEmpty();
        assertThat(store.once(room.log(), "other", 0)).isEmpty();
        assertThat(store.once(room.log(), "forever", Long.MAX_VALUE)).isPresent();
    }

    @Test
    void aOnceKeyIsReplaced() {
        Scribe room = creating("a")
                .change(new Change.PutOnce(new Once("key", 100, bytes("1"))))
                .commit();

        room.change(new Change.PutOnce(new Once("key", 200, bytes("2")))).commit();

        assertThat(text(store.once(room.log(), "key", 150).orElseThrow().body()))
                .isEqualTo("2");
    }

    @Test
    void onceKeysAreForgottenByTheirPrefix() {
        String last = Character.toString(Character.MAX_CODE_POINT);
        List<String> keys = List.of("a", "a%", "a%b", "a_b", "ab", "b", "a\uD7FF", "a😀", last, last + "x");
        Scribe room = creating("a");
        keys.forEach(key -> room.change(new Change.PutOnce(new Once(key, Header.NEVER, bytes("1")))));
        room.commit();

        assertThat(knownOf(room, keys)).hasSize(keys.size());
        room.change(new Change.DeleteOnces("a%")).commit();
        assertThat(knownOf(room, keys)).containsExactly("a", "a_b", "ab", "b", "a\uD7FF", "a😀", last, last + "x");
        room.change(new Change.DeleteOnces("a\uD7FF"), new Change.DeleteOnces(last))
                .commit();
        assertThat(knownOf(room, keys)).containsExactly("a", "a_b", "ab", "b", "a😀");
        room.change(new Change.DeleteOnces("a")).commit();
        assertThat(knownOf(room, keys)).containsExactly("b");
    }

    private List<String> knownOf(Scribe room, List<String> keys) {
        return keys.stream()
                .filter(key -> store.once(room.log(), key, 0).isPresent())
                .toList();
    }

    @Test
    void theTwoNewestCheckpointsAreKept() {
        Scribe room = creating("a").append("1", "2", "3", "4").commit();
        for (long offset = 0; offset <= 3; offset++) {
            room.change(new Change.PutCheckpoint(new Checkpoint(offset, bytes("state " + offset))))
                    .commit();
        }

        assertThat(store.checkpoints(room.log())).extracting(Checkpoint::offset).containsExactly(3L, 2L);
        assertThat(store.open(id("a")).orElseThrow().checkpoints())
                .extracting(found -> text(found.body()))
                .containsExactly("state 3", "state 2");
    }

    @Test
    void severalCheckpointsInOneWriteLeaveTheTwoNewest() {
        Scribe room = creating("a").append("1", "2", "3");
        for (long offset = 0; offset <= 3; offset++) {
            room.change(new Change.PutCheckpoint(new Checkpoint(offset, bytes("state " + offset))));
        }
        room.commit();

        assertThat(store.checkpoints(room.log())).extracting(Checkpoint::offset).containsExactly(3L, 2L);
    }

    @Test
    void aCheckpointInPartsIsThereOnceItsLastPartIs() {
        Scribe room = creating("a").append("1", "2", "3", "4");
        room.change(
                        new Change.PutCheckpoint(new Checkpoint(1, bytes("older"))),
                        new Change.PutCheckpoint(new Checkpoint(2, bytes("newer"))))
                .commit();

        room.change(new Change.PutCheckpoint(3, 0, false, bytes("in "))).commit();
        room.append("5")
                .change(new Change.PutCheckpoint(3, 1, false, bytes("three ")))
                .commit();
        assertThat(store.checkpoints(room.log())).extracting(Checkpoint::offset).containsExactly(2L, 1L);
        assertThat(store.wholeCheckpoints(room.log())).containsExactly(2L, 1L);

        room.change(new Change.PutCheckpoint(3, 2, true, bytes("parts"))).commit();
        assertThat(store.open(id("a")).orElseThrow().checkpoints())
                .extracting(found -> text(found.body()))
                .containsExactly("in three parts", "newer");
    }

    @Test
    void whatWasBegunOfACheckpointIsNotMixedWithAnotherTry() {
        Scribe before = creating("a").append("1", "2");
        for (int part = 0; part < 3; part++) {
            before.change(new Change.PutCheckpoint(2, part, false, bytes("lost ")))
                    .commit();
        }

        Scribe room = Scribe.opening(store, id("a"));
        assertThat(store.checkpoints(room.log())).isEmpty();
        room.change(new Change.PutCheckpoint(2, 0, false, bytes("second "))).commit();
        assertThat(store.checkpoints(room.log())).isEmpty();

        room.change(new Change.PutCheckpoint(2, 1, true, bytes("try"))).commit();
        assertThat(store.checkpoints(room.log()))
                .extracting(found -> text(found.body()))
                .containsExactly("second try");
    }

    @Test
    void aCheckpointAtTheSameOffsetIsReplaced() {
        Scribe room = creating("a").append("1");
        room.change(new Change.PutCheckpoint(new Checkpoint(1, bytes("first")))).commit();

        room.change(new Change.PutCheckpoint(new Checkpoint(1, bytes("second"))))
                .commit();

        assertThat(store.checkpoints(room.log()))
                .extracting(found -> text(found.body()))
                .containsExactly("second");
    }

    @Test
    void snapshotsAreListedNewestFirstWithoutTheirBodies() {
        Scribe room = creating("a").append("1").commit();
        for (int i = 1; i <= 5; i++) {
            room.change(new Change.PutSnapshot(new Snapshot("s" + i, 1, 100 + i, bytes("body " + i))))
                    .commit();
        }

        assertThat(store.snapshots(id("a"), "", 2)).extracting(Snapshot::id).containsExactly("s5", "s4");
        List<Snapshot> rest = store.snapshots(id("a"), "s4", 9);
        assertThat(rest).extracting(Snapshot::id).containsExactly("s3", "s2", "s1");
        assertThat(rest).allSatisfy(snapshot -> assertThat(snapshot.body()).isEmpty());
        assertThat(rest.getFirst().at()).isEqualTo(103);
        assertThat(text(store.snapshot(id("a"), "s3").orElseThrow().body())).isEqualTo("body 3");
        assertThat(store.snapshot(id("a"), "s9")).isEmpty();
        assertThat(store.snapshots(id("other"), "", 9)).isEmpty();
    }

    @Test
    void aSnapshotOutlivesItsLog() {
        Scribe room = creating("a").append("1");
        room.change(new Change.PutSnapshot(new Snapshot("s", 1, 1, bytes("kept"))))
                .commit();

        room.beginLog().commit();

        sweepAll(0);
        assertThat(text(store.snapshot(id("a"), "s").orElseThrow().body())).isEqualTo("kept");
    }

    @Test
    void deletedSnapshotsAreGoneAndTheirIdsFree() {
        Scribe room = creating("a")
                .change(
                        new Change.PutSnapshot(new Snapshot("s1", 0, 1, bytes("1"))),
                        new Change.PutSnapshot(new Snapshot("s2", 0, 1, bytes("1"))))
                .commit();

        room.change(new Change.DeleteSnapshots()).commit();
        assertThat(store.snapshots(id("a"), "", 9)).isEmpty();
        assertThat(store.snapshot(id("a"), "s1")).isEmpty();

        room.change(new Change.PutSnapshot(new Snapshot("s1", 0, 1, bytes("2"))))
                .commit();
        sweepAll(0);
        assertThat(store.snapshots(id("a"), "", 9)).extracting(Snapshot::id).containsExactly("s1");
        assertThat(text(store.snapshot(id("a"), "s1").orElseThrow().body())).isEqualTo("2");
    }

    // Listings and totals

    @Test
    void entitiesAreListedByNameInCodePointOrder() {
        List<String> names = List.of("", "a", "A", "ab", "b", "\uFFFD", "😀", "é", "a b");
        names.stream()
                .filter(name -> !name.isEmpty())
                .forEach(name -> creating(name).commit());

        assertThat(names(new EntityQuery(kind, "", null, null, 100)))
                .containsExactly("A", "a", "a b", "ab", "b", "é", "\uFFFD", "😀");
        assertThat(names(new EntityQuery(kind, "a", null, null, 100))).containsExactly("a", "a b", "ab");
        assertThat(names(new EntityQuery(kind, "", null, "ab", 2))).containsExactly("b", "é");
        assertThat(names(new EntityQuery(kind, "a", null, "a", 100))).containsExactly("a b", "ab");
        assertThat(names(new EntityQuery(kind, "b", null, "a", 100))).containsExactly("b");
        assertThat(names(new EntityQuery(kind, "", null, "\uFFFD", 100))).containsExactly("😀");
        assertThat(names(new EntityQuery(kind + "x", "", null, null, 100))).isEmpty();
    }

    private List<String> names(EntityQuery query) {
        return store.entities(query).stream().map(entry -> entry.id().name()).toList();
    }

    @Test
    void wildcardsInAPrefixMeanThemselves() {
        List.of("a%", "a_c", "abc", "a%z").forEach(name -> creating(name).commit());

        assertThat(names(new EntityQuery(kind, "a%", null, null, 9))).containsExactly("a%", "a%z");
        assertThat(names(new EntityQuery(kind, "a_", null, null, 9))).containsExactly("a_c");
    }

    @Test
    void entitiesAreListedByTheirStatusWithTheirHeaders() {
        Scribe active = creating("active").append("1").commit();
        creating("idle").status("idle").commit();
        creating("destroyed").commit().status("destroyed").commit();

        assertThat(store.entities(new EntityQuery(kind, "", "active", null, 9)))
                .containsExactly(new Store.Entry(id("active"), active.header()));
        assertThat(names(new EntityQuery(kind, "", "destroyed", null, 9))).containsExactly("destroyed");
        assertThat(names(new EntityQuery(kind, "", "other", null, 9))).isEmpty();
    }

    @Test
    void dueEntitiesComeMostOverdueFirst() {
        creating("never").commit();
        creating("now").wakeAt(50).commit();
        creating("long ago").wakeAt(10).commit();
        creating("later").wakeAt(51).commit();
        creating("no more").wakeAt(5).commit().wakeAt(Header.NEVER).commit();

        assertThat(store.due(Set.of(kind), 50, null, 9))
                .containsExactly(new Store.Due(id("long ago"), 10), new Store.Due(id("now"), 50));
        assertThat(due(50, 1)).containsExactly(id("long ago"));
        assertThat(due(9, 9)).isEmpty();
        assertThat(due(Long.MAX_VALUE, 9)).containsExactly(id("long ago"), id("now"), id("later"));
    }

    @Test
    void dueEntitiesOfOtherKindsTakeNoPlaceOfThoseAskedFor() {
        String longer = kind + "2";
        String shorter = kind.substring(0, kind.length() - 1);
        for (String other : List.of(longer, shorter)) {
            for (int i = 0; i < 5; i++) {
                Scribe.creating(store, new EntityId(other, "more overdue " + i))
                        .wakeAt(i)
                        .commit();
            }
        }
        creating("a").wakeAt(40).commit();
        creating("b").wakeAt(41).commit();

        assertThat(due(50, 2)).containsExactly(id("a"), id("b"));
        assertThat(store.due(Set.of(kind, longer), 50, null, 99)).hasSize(7);
        assertThat(store.due(Set.of(kind + "3"), 50, null, 99)).isEmpty();
        assertThat(store.due(Set.of(), 50, null, 99)).isEmpty();
    }

    @Test
    void dueEntitiesAreReadInPartsThoughManyAreEquallyOverdue() {
        List<EntityId> expected = new ArrayList<>();
        String second = kind + "2";
        for (long since : List.of(10L, 20L, 30L)) {
            for (String of : List.of(kind, second)) {
                for (String name : List.of("a", "b", "c", "\uE000", "\uD83D\uDE00")) {
                    EntityId id = new EntityId(of, name + since);
                    expected.add(id);
                    Scribe.creating(store, id).wakeAt(since).commit();
                }
            }
        }

        List<EntityId> read = new ArrayList<>();
        List<Store.Due> part = store.due(Set.of(kind, second), 30, null, 4);
        while (!part.isEmpty()) {
            part.forEach(due -> read.add(due.id()));
            part = store.due(Set.of(kind, second), 30, part.getLast(), 4);
        }

        assertThat(read).isEqualTo(expected);
    }

    private List<EntityId> due(long now, int limit) {
        return store.due(Set.of(kind), now, null, limit).stream()
                .map(Store.Due::id)
                .toList();
    }

    @Test
    void totalsAreTheSumsOfWhatWasCommitted() {
        Scribe a = creating("a").count("rooms", 1).count("messages", 2).commit();
        creating("b").count("rooms", 1).count("idle", 1).commit();
        Scribe.creating(store, new EntityId(kind + ":other", "a"))
                .count("rooms", 9)
                .commit();

        a.count("messages", 3).count("rooms", -1).commit();
        Scribe overtaken = a.twin();
        opening("a").count("idle", -1).commit();
        overtaken.count("messages", 100).write();
        creating("a").count("rooms", 100).write();

        assertThat(store.totals(kind)).isEqualTo(Map.of("rooms", 1L, "messages", 5L));
        assertThat(store.totals(kind + ":other")).isEqualTo(Map.of("rooms", 9L));
        assertThat(store.totals(kind + ":none")).isEmpty();
    }

    // Sweeping and closing

    @Test
    void sweepingComesToAnEndAndKeepsWhatIsThere() {
        Scribe room = creating("a");
        for (int i = 1; i <= 1000; i++) {
            room.append("m" + i).change(new Change.PutOnce(new Once("key " + i, i, bytes("once"))));
        }
        room.change(new Change.PutCheckpoint(new Checkpoint(1000, bytes("state"))), new Change.PutRow("x", bytes("1")))
                .commit();
        room.trimBefore(901).commit();
        Scribe dropped = creating("b");
        for (int i = 1; i <= 600; i++) {
            dropped.append("m" + i);
        }
        dropped.commit().beginLog().append("new").commit();

        sweepAll(951);

        assertThat(room.allBodies()).hasSize(100).startsWith("m901").endsWith("m1000");
        assertThat(store.once(room.log(), "key 950", 0)).isEmpty();
        assertThat(store.once(room.log(), "key 951", 0)).isPresent();
        assertThat(dropped.allBodies()).containsExactly("new");
        assertThat(store.open(id("a")).orElseThrow().rows()).containsOnlyKeys("x");
        assertThat(store.checkpoints(room.log())).hasSize(1);
        assertThat(store.sweep(951)).isFalse();
    }

    private void sweepAll(long now) {
        for (int i = 0; i < 1000; i++) {
            if (!store.sweep(now)) {
                return;
            }
        }
        throw new AssertionError("sweeping does not come to an end");
    }

    @Test
    void aClosedStoreFailsEverythingAndTellsItOnce() {
        Store closing = separateStore();
        Scribe room = Scribe.creating(closing, id("a")).append("one").commit();
        List<Outcome> told = Collections.synchronizedList(new ArrayList<>());

        closing.close();
        closing.write(room.append("two").draft(), told::add);

        assertThat(told)
                .singleElement()
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.cause()).hasMessage("the store is closed"));
        assertThatThrownBy(() -> closing.header(id("a"))).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> closing.open(id("a"))).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> closing.sweep(0)).isInstanceOf(StoreException.class);
    }

    @Test
    void closingTwiceIsHarmless() {
        Store closing = separateStore();

        closing.close();
        closing.close();

        assertThatThrownBy(() -> closing.totals(kind)).isInstanceOf(StoreException.class);
    }

    @Test
    void whatWaitsWhenTheStoreClosesIsToldOnceAndInOrder() {
        Store closing = separateStore();
        Scribe room = Scribe.creating(closing, id("a"));
        List<Integer> told = Collections.synchronizedList(new ArrayList<>());
        List<Integer> committed = Collections.synchronizedList(new ArrayList<>());
        for (int i = 1; i <= 300; i++) {
            int number = i;
            closing.write(room.append("m" + i).draft(), outcome -> {
                told.add(number);
                if (outcome instanceof Outcome.Committed) {
                    committed.add(number);
                }
            });
        }

        closing.close();

        assertThat(told).hasSize(300).isSorted().doesNotHaveDuplicates();
        assertThat(new TreeSet<>(committed)).hasSize(committed.isEmpty() ? 0 : committed.getLast());
    }
}
