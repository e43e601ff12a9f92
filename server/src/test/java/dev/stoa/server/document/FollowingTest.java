package dev.stoa.server.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.RawJson;
import dev.stoa.server.document.lww.LwwDocument;
import dev.stoa.server.document.lww.LwwLimits;
import dev.stoa.server.document.lww.Patches;
import dev.stoa.server.store.MemoryStore;
import dev.stoa.server.store.jdbc.JdbcStore;
import dev.stoa.server.wire.ManualTimers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A backend follows a document: what is newer, then every edit, in order and without holes.
@Timeout(60)
class FollowingTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    private final BlockingQueue<DocumentEvent> told = new LinkedBlockingQueue<>();

    private static RawJson patch(String apostrophes) {
        return RawJson.trusted(apostrophes.replace('\'', '"'));
    }

    private DocumentEvent next() throws InterruptedException {
        DocumentEvent event = told.poll(10, TimeUnit.SECONDS);
        assertThat(event).as("an event").isNotNull();
        return event;
    }

    private String text() throws InterruptedException {
        return text(next());
    }

    private static String text(DocumentEvent event) {
        return (switch (event) {
                    case DocumentEvent.Changed(String clientId, RawJson patches, DocumentPosition position) ->
                        position.timestamp() + " " + clientId + " " + patches;
                    case DocumentEvent.Restored(RawJson patches, DocumentPosition position) ->
                        position.timestamp() + " restored " + patches;
                })
                .replace('"', '\'');
    }

    // Changes since

    @Test
    void changesAreTheFieldsThatAreNewer() {
        try (Studio studio = Studio.open()) {
            DocumentRoom room = studio.document("r");
            room.write("b", patch("{'e':{'_exists':true,'x':1,'y':1.50},'f':{'_exists':true}}"));
            room.write("b", patch("{'e':{'x':2}}"));
            room.delete("b", "f");

            assertThat(room.changesSince(0).patches())
                    .hasToString("[{\"f\":{\"_exists\":false},\"e\":{\"_exists\":true,\"x\":2,\"y\":1.50}}]");
            assertThat(room.changesSince(1).patches()).hasToString("[{\"f\":{\"_exists\":false},\"e\":{\"x\":2}}]");
            DocumentChanges newest = room.changesSince(2);
            assertThat(newest.patches()).hasToString("[{\"f\":{\"_exists\":false}}]");
            assertThat(newest.timestamp()).isEqualTo(3);
            assertThat(newest.replaces()).isFalse();
            assertThat(room.changesSince(newest.position()).isEmpty()).isTrue();
        }
    }

    @Test
    void counterThatTheDocumentNeverReachedIsToldTheWholeDocument() {
        try (Studio studio = Studio.open()) {
            DocumentRoom room = studio.document("r");
            room.write("b", patch("{'e':{'_exists':true,'x':1},'f':{'_exists':true}}"));
            room.delete("b", "f");

            DocumentChanges changes = room.changesSince(17);

            assertThat(changes.replaces()).isTrue();
            assertThat(changes.patches()).hasToString("[{\"e\":{\"_exists\":true,\"x\":1}}]");
            assertThat(changes.timestamp()).isEqualTo(2);
        }
    }

    @Test
    void restoredDocumentIsToldWholeEvenWhenItsCounterHasCaughtUp() {
        try (Studio studio = Studio.open()) {
            DocumentRoom room = studio.document("r");
            room.write("b", patch("{'e':{'_exists':true,'x':1}}"));
            RawJson copy = room.snapshot();
            room.write("b", patch("{'gone':{'_exists':true}}"));
            DocumentPosition before = room.changesSince(0).position();
            room.restore(copy);
            room.write("b", patch("{'e':{'x':2}}"));

            assertThat(room.changesSince(before))
                    .isEqualTo(new DocumentChanges(
                            patch("[{'e':{'_exists':true,'x':2}}]"),
                            true,
                            room.changesSince(0).position()));
            assertThat(before.timestamp()).isEqualTo(room.changesSince(0).timestamp());
        }
    }

    @Test
    void positionsOutliveARestart(@TempDir Path data) {
        DocumentPosition position;
        try (Studio studio = sqlite(data)) {
            studio.document("r").write("b", patch("{'e':{'_exists':true,'x':1}}"));
            studio.document("r").restore(studio.document("r").snapshot());
            position = studio.document("r").changesSince(0).position();
        }
        try (Studio studio = sqlite(data)) {
            DocumentChanges changes = studio.document("r").changesSince(DocumentPosition.parse(position.toString()));

            assertThat(changes.isEmpty()).isTrue();
            assertThat(changes.position()).isEqualTo(position);
        }
    }

    private static Studio sqlite(Path data) {
        return Studio.open(
                DocumentsOptions.named("boards"),
                endpoint -> endpoint,
                settings -> settings.store(JdbcStore.sqlite(data)));
    }

    @Test
    void recordMadeAnewKeepsNothingOfTheOneThatHadItsKey() {
        try (Studio studio = Studio.open()) {
            DocumentRoom room = studio.document("r");
            room.write("b", patch("{'e':{'_exists':true,'x':1,'old':1},'f':{'_exists':true,'x':1,'y':1}}"));
            room.delete("b", "e");
            room.write("b", patch("{'e':{'_exists':true,'x':2},'f':{'_exists':true,'x':2}}"));

            assertThat(room.changesSince(1).patches())
                    .isEqualTo(patch(
                            "[{'e':{'_exists':false}}," + "{'f':{'_exists':true,'x':2},'e':{'_exists':true,'x':2}}]"));
        }
    }

    @Test
    void fieldsWithoutACounterValueAreToldToWhoKnowsNothing() {
        try (Studio studio = Studio.open()) {
            DocumentRoom room = studio.document("r");
            room.restore(patch("{'timestamp':3,'state':{'e':{'x':1}},'timestamps':{}}"));

            assertThat(room.changesSince(0).patches()).hasToString("[{\"e\":{\"x\":1}}]");
            assertThat(room.changesSince(1).patches()).hasToString("[]");
        }
    }

    @Test
    void recordsAreReadByKeyAndByTheBeginningOfTheirKeys() {
        try (Studio studio = Studio.open()) {
            DocumentRoom room = studio.document("r");
            room.write(
                    "b",
                    patch("{'a/1':{'_exists':true,'x':1.0},'a/2':{'_exists':true},'b/1':{'_exists':true},"
                            + "'\\ud800':{'_exists':true,'s':'\\udfff'}}"));
            room.delete("b", "a/2");

            assertThat(room.state("a/").records()).hasToString("{\"a/1\":{\"_exists\":true,\"x\":1.0}}");
            assertThat(room.state(List.of("b/1", "never", "a/2", "b/1")).records())
                    .hasToString("{\"b/1\":{\"_exists\":true}}");
            assertThat(room.state(List.of()).records()).hasToString("{}");
            assertThat(room.state("\ud800").records())
                    .hasToString("{\"\\ud800\":{\"_exists\":true,\"s\":\"\\udfff\"}}");
            assertThat(room.state().timestamp()).isEqualTo(2);
            assertThat(room.state().position()).isEqualTo(room.changesSince(2).position());
        }
    }

    @Test
    void positionsAreTexts() {
        assertThat(DocumentPosition.parse("18")).isEqualTo(DocumentPosition.at(18));
        assertThat(DocumentPosition.parse("18:e-1")).isEqualTo(new DocumentPosition("e-1", 18));
        assertThat(new DocumentPosition("e-1", 18)).hasToString("18:e-1");
        for (String none :
                List.of("", "-1", "x", "1:", ":e", "1 ", "12345678901234567", "1:\n", "1:" + "e".repeat(65))) {
            assertThatExceptionOfType(ProtocolException.class)
                    .isThrownBy(() -> DocumentPosition.parse(none))
                    .satisfies(refusal -> assertThat(refusal.code()).isEqualTo("INVALID_ARGUMENT"));
        }
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> DocumentPosition.at(-1))
                .withMessageContaining("0 or more, not -1");
    }

    // Following

    @Test
    void listenerIsToldWhatIsNewerAndThenEveryEditAsItWasKept() throws Exception {
        try (Studio studio = Studio.open()) {
            DocumentRoom room = studio.document("r");
            Painter ada = studio.at("r", "ada");
            ada.edit("[{'e':{'_exists':true,'a':[1,2,3]}}]");
            ada.edit("[{'f':{'_exists':true}}]");

            try (DocumentSubscription following = room.subscribe(1, told::add)) {
                assertThat(text()).isEqualTo("2  [{'f':{'_exists':false}},{'f':{'_exists':true}}]");

                ada.edit("[{'e':{'a':{'__buf':1,'len':3,'runs':[[0,[9]]]}}},{'gone':{'x':1},'f':{'x':1.0}}]");
                ada.edit("[{'gone':{'x':1}}]");
                ada.show("[{'u':{'_exists':true}}]");
                room.write("backend", patch("{'e':{'y':1}}"));

                assertThat(text())
                        .isEqualTo("3 ada [{'e':{'a':{'__buf':1,'len':3,'runs':[[0,[9]]]}}},{'f':{'x':1.0}}]");
                assertThat(text()).isEqualTo("4 ada []");
                assertThat(text()).isEqualTo("5 backend [{'e':{'y':1}}]");
                Awaitility.await().atMost(SOON).until(() -> following.position().timestamp() == 5);
            }
        }
    }

    @Test
    void followerOfADocumentThatIsNotThereYetIsToldItsFirstEdit() throws Exception {
        ManualTimers clock = new ManualTimers();
        try (Studio studio = withClock(clock);
                DocumentSubscription _ = studio.document("r").subscribe(0, told::add)) {
            clock.advance(Duration.ofMinutes(1));
            Awaitility.await().atMost(SOON).until(() -> studio.documents().active() == 0);

            studio.document("r").add("b", "e", java.util.Map.of());

            assertThat(text()).isEqualTo("1 b [{'e':{'_exists':true}}]");
        }
    }

    private static Studio withClock(ManualTimers clock) {
        return Studio.open(
                DocumentsOptions.named("boards"),
                endpoint -> endpoint,
                settings -> settings.store(new MemoryStore()).timers(clock));
    }

    @Test
    void followedDocumentLeavesMemoryAndIsFollowedStill() throws Exception {
        ManualTimers clock = new ManualTimers();
        try (Studio studio = withClock(clock)) {
            DocumentRoom room = studio.document("r");
            room.delete("b", "e1");
            try (DocumentSubscription _ = room.subscribe(1, told::add)) {
                clock.advance(Duration.ofMinutes(1));
                Awaitility.await().atMost(SOON).until(() -> studio.documents().active() == 0);

                room.delete("b", "e2");
                room.delete("b", "e3");

                assertThat(next().timestamp()).isEqualTo(2);
                assertThat(next().timestamp()).isEqualTo(3);
            }
        }
    }

    @Test
    void slowListenerIsToldTheRestAtOnceAndMissesNothing() throws Exception {
        long seed = System.nanoTime();
        System.out.println("FollowingTest.slowListenerIsToldTheRestAtOnceAndMissesNothing seed " + seed);
        int edits = 3000;
        try (Studio studio = Studio.open()) {
            DocumentRoom room = studio.document("r");
            LwwDocument copy = new LwwDocument();
            List<DocumentPosition> positions = new ArrayList<>();
            CountDownLatch gate = new CountDownLatch(1);
            AtomicInteger catchUps = new AtomicInteger();
            Random random = new Random(seed);
            try (DocumentSubscription following = room.subscribe(0, event -> {
                gate.await();
                if (random.nextInt(100) == 0) {
                    throw new IllegalStateException("as the test wants it");
                }
                DocumentEvent.Changed changed = (DocumentEvent.Changed) event;
                catchUps.addAndGet(changed.isCatchUp() ? 1 : 0);
                copy.apply(Patches.parse(changed.patches().utf8(), LwwLimits.none()), LwwLimits.none());
                positions.add(event.position());
            })) {
                List<Thread> writers = new ArrayList<>();
                for (int w = 0; w < 3; w++) {
                    String writer = "w" + w;
                    Random own = new Random(seed + w);
                    writers.add(Thread.startVirtualThread(() -> {
                        for (int i = 0; i < edits / 3; i++) {
                            write(room, writer, own);
                        }
                    }));
                }
                for (Thread writer : writers) {
                    writer.join();
                }
                gate.countDown();
                for (int i = 0; i < 300; i++) {
                    write(room, "last", random(seed));
                }
                Awaitility.await()
                        .atMost(Duration.ofSeconds(40))
                        .until(() -> following.position().timestamp() == edits + 300);
            }

            assertThat(catchUps.get()).as("seed %d", seed).isPositive();
            assertThat(positions)
                    .extracting(DocumentPosition::timestamp)
                    .isSorted()
                    .doesNotHaveDuplicates();
            assertThat(alive(copy)).as("seed %d", seed).isEqualTo(alive(room.snapshot()));
        }
    }

    private static Random random(long seed) {
        return new Random(seed);
    }

    private static void write(DocumentRoom room, String writer, Random random) {
        String key = "k" + random.nextInt(50);
        if (random.nextInt(5) == 0) {
            room.delete(writer, key);
        } else {
            room.add(writer, key, java.util.Map.of("f" + random.nextInt(4), random.nextInt()));
        }
    }

    private static Object alive(LwwDocument document) {
        return alive(RawJson.trusted(document.snapshot()));
    }

    private static Object alive(RawJson snapshot) {
        return snapshot.tree().path("state").properties().stream()
                .collect(java.util.stream.Collectors.toMap(java.util.Map.Entry::getKey, java.util.Map.Entry::getValue));
    }

    @Test
    void everySubscriberIsToldEveryEditInOrderWhileManyWrite() throws Exception {
        int subscribers = 50;
        int edits = 200;
        try (Studio studio = Studio.open()) {
            DocumentRoom room = studio.document("r");
            CountDownLatch done = new CountDownLatch(subscribers);
            List<List<Long>> heard = new ArrayList<>();
            List<DocumentSubscription> all = new ArrayList<>();
            for (int i = 0; i < subscribers; i++) {
                List<Long> counters = new ArrayList<>();
                heard.add(counters);
                all.add(room.subscribe(0, event -> {
                    counters.add(event.timestamp());
                    if (event.timestamp() == edits) {
                        done.countDown();
                    }
                }));
            }
            assertThat(studio.documents().subscriptions()).isEqualTo(subscribers);
            Thread other = Thread.startVirtualThread(() -> {
                for (int i = 0; i < edits / 2; i++) {
                    room.delete("b", "e");
                }
            });
            for (int i = 0; i < edits / 2; i++) {
                room.delete("a", "e");
            }
            other.join();

            assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(heard).allSatisfy(counters -> {
                assertThat(counters).hasSize(edits);
                assertThat(counters).isSorted();
            });
            all.forEach(DocumentSubscription::close);
            assertThat(studio.documents().subscriptions()).isZero();
        }
    }

    @Test
    void restoredDocumentIsToldWholeToItsFollowers() throws Exception {
        try (Studio studio = Studio.open()) {
            DocumentRoom room = studio.document("r");
            room.write("b", patch("{'e':{'_exists':true,'x':1}}"));
            RawJson copy = room.snapshot();
            try (DocumentSubscription _ = room.subscribe(0, told::add)) {
                assertThat(text()).isEqualTo("1  [{'e':{'_exists':true,'x':1}}]");
                room.delete("b", "e");
                assertThat(text()).isEqualTo("2 b [{'e':{'_exists':false}}]");

                room.restore(copy);
                assertThat(text()).isEqualTo("1 restored [{'e':{'_exists':true,'x':1}}]");
                room.write("b", patch("{'e':{'x':2}}"));
                assertThat(text()).isEqualTo("2 b [{'e':{'x':2}}]");
            }
        }
    }

    @Test
    void whatAListenerThrowsAtIsToldAgain() throws Exception {
        ManualTimers clock = new ManualTimers();
        AtomicInteger attempts = new AtomicInteger();
        try (Studio studio = withClock(clock)) {
            DocumentRoom room = studio.document("r");
            try (DocumentSubscription _ = room.subscribe(0, event -> {
                if (event.timestamp() >= 2 && attempts.incrementAndGet() < 3) {
                    throw new java.io.IOException("as the test wants it");
                }
                told.add(event);
            })) {
                room.delete("b", "e1");
                room.delete("b", "e2");
                room.delete("b", "e3");

                assertThat(text()).isEqualTo("1 b [{'e1':{'_exists':false}}]");
                for (int attempt = 1; attempt <= 2; attempt++) {
                    int sofar = attempt;
                    Awaitility.await().atMost(SOON).until(() -> attempts.get() == sofar);
                    long pause = 100L * attempt;
                    Awaitility.await().atMost(SOON).until(() -> {
                        clock.advance(Duration.ofMillis(pause));
                        return attempts.get() == sofar + 1;
                    });
                }
                assertThat(text()).isEqualTo("3  [{'e3':{'_exists':false},'e2':{'_exists':false}}]");
            }
        }
    }

    @Test
    void nothingIsToldBeforeItIsKeptNorWhatWasNotKept() throws Exception {
        FailingStore store = new FailingStore(new MemoryStore());
        try (Studio studio = Studio.open(
                DocumentsOptions.named("boards"), endpoint -> endpoint, settings -> settings.store(store))) {
            DocumentRoom room = studio.document("r");
            room.delete("b", "e1");
            try (DocumentSubscription _ = room.subscribe(1, told::add)) {
                store.failing(true);
                assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> room.delete("b", "lost"));
                store.failing(false);
                room.delete("b", "e2");

                assertThat(text()).isEqualTo("2 b [{'e2':{'_exists':false}}]");
            }
        }
    }

    @Test
    void closedSubscriptionIsToldNothingMoreAndNoEnd() throws Exception {
        BlockingQueue<String> ends = new LinkedBlockingQueue<>();
        Studio studio = Studio.open();
        try (studio) {
            DocumentRoom room = studio.document("r");
            DocumentSubscription closed = room.subscribe(0, recording(ends, "closed"));
            DocumentSubscription _ = room.subscribe(0, recording(ends, "open"));
            closed.close();
            closed.close();
            room.delete("b", "e");
            assertThat(ends.poll(10, TimeUnit.SECONDS)).isEqualTo("open 1");
        }
        assertThat(ends.poll(10, TimeUnit.SECONDS)).isEqualTo("open ended");
        assertThat(ends).isEmpty();
    }

    private static DocumentListener recording(BlockingQueue<String> into, String name) {
        return new DocumentListener() {
            @Override
            public void on(DocumentEvent event) {
                into.add(name + " " + event.timestamp());
            }

            @Override
            public void ended() {
                into.add(name + " ended");
            }
        };
    }

    @Test
    void subscriptionMayCloseItselfInItsListener() throws Exception {
        try (Studio studio = Studio.open()) {
            DocumentRoom room = studio.document("r");
            BlockingQueue<DocumentSubscription> self = new LinkedBlockingQueue<>();
            self.add(room.subscribe(0, event -> {
                told.add(event);
                self.take().close();
            }));
            room.delete("b", "e");
            room.delete("b", "e");

            assertThat(next().timestamp()).isEqualTo(1);
            Awaitility.await().atMost(SOON).until(() -> studio.documents().subscriptions() == 0);
            assertThat(told).isEmpty();
        }
    }

    @Test
    void stopTellsWhatWasKeptAndThenTheEnd() throws Exception {
        BlockingQueue<String> events = new LinkedBlockingQueue<>();
        CountDownLatch gate = new CountDownLatch(1);
        Studio studio = Studio.open();
        DocumentRoom room = studio.document("r");
        DocumentSubscription _ = room.subscribe(0, new DocumentListener() {
            @Override
            public void on(DocumentEvent event) throws Exception {
                gate.await();
                events.add("" + event.timestamp());
            }

            @Override
            public void ended() {
                events.add("ended");
            }
        });
        for (int i = 0; i < 5; i++) {
            room.delete("b", "e");
        }
        gate.countDown();

        studio.close();

        for (String expected : List.of("1", "2", "3", "4", "5", "ended")) {
            assertThat(events.poll(10, TimeUnit.SECONDS)).isEqualTo(expected);
        }
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> room.subscribe(0, told::add))
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo("UNAVAILABLE"));
    }

    @Test
    void subscriptionsBeyondTheirNumberAreRefusedInWords() {
        try (Studio studio = Studio.open(DocumentsOptions.named("boards").withMaxSessions(2))) {
            DocumentRoom room = studio.document("r");
            DocumentSubscription first = room.subscribe(0, told::add);
            DocumentSubscription _ = room.subscribe(0, told::add);

            assertThatExceptionOfType(ProtocolException.class)
                    .isThrownBy(() -> room.subscribe(0, told::add))
                    .withMessageContaining("document r has 2 subscriptions, the most")
                    .satisfies(refusal -> assertThat(refusal.code()).isEqualTo("RESOURCE_EXHAUSTED"));
            first.close();
            assertThat(room.subscribe(0, told::add)).isNotNull();
        }
    }

    @Test
    void eventsAreTakenOneByOneAndWaitedFor() throws Exception {
        try (Studio studio = Studio.open()) {
            DocumentRoom room = studio.document("r");
            try (DocumentEvents events = room.events(DocumentPosition.NOTHING)) {
                assertThat(events.next(Duration.ZERO)).isEmpty();
                room.delete("b", "e");
                room.delete("b", "f");

                assertThat(events.next(SOON).map(FollowingTest::text)).hasValue("1 b [{'e':{'_exists':false}}]");
                assertThat(events.next(SOON).map(FollowingTest::text)).hasValue("2 b [{'f':{'_exists':false}}]");
                assertThat(events.position().timestamp()).isEqualTo(2);
                assertThat(events.isOver()).isFalse();
                events.close();
                assertThat(events.isOver()).isTrue();
                assertThat(events.next(SOON)).isEqualTo(Optional.empty());
            }
        }
    }

    @Test
    void whatIsTooMuchToWaitComesAsOneEvent() throws Exception {
        try (Studio studio = Studio.open()) {
            DocumentRoom room = studio.document("r");
            String large = "x".repeat(DocumentEvents.MAX_WAITING_LENGTH / 3);
            try (DocumentEvents events = room.events(DocumentPosition.NOTHING)) {
                for (int i = 0; i < 4; i++) {
                    room.add("b", "e", java.util.Map.of("s", large, "i", i));
                }

                assertThat(events.next(SOON).orElseThrow().timestamp()).isEqualTo(1);
                assertThat(events.next(SOON).orElseThrow().timestamp()).isEqualTo(2);
                DocumentEvent.Changed rest =
                        (DocumentEvent.Changed) events.next(SOON).orElseThrow();
                assertThat(rest.isCatchUp()).isTrue();
                assertThat(rest.timestamp()).isEqualTo(4);
                assertThat(rest.patches().tree().path(1).path("e").path("i").asInt())
                        .isEqualTo(3);
                assertThat(events.next(Duration.ZERO)).isEmpty();
            }
        }
    }
}
