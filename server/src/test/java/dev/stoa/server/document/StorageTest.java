package dev.stoa.server.document;

import static dev.stoa.server.document.Painter.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.stoa.server.Stoa;
import dev.stoa.server.store.MemoryStore;
import dev.stoa.server.store.Store;
import dev.stoa.server.store.jdbc.JdbcStore;
import dev.stoa.server.wire.ManualTimers;
import dev.stoa.server.wire.RawPeer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Snapshots beside the log, in the reference server's form (documents protocol, section 12).
class StorageTest {
    @TempDir
    Path directory;

    private final ManualTimers clock = new ManualTimers();

    private record House(Documents documents, Stoa stoa) implements AutoCloseable {
        Painter at(String room) {
            Painter painter = new Painter(RawPeer.open(stoa.port(), Studio.target(room, "ada", "rw")));
            painter.until("clientCount");
            return painter;
        }

        @Override
        public void close() {
            stoa.close();
        }
    }

    private House open(DocumentStorage storage, Store store) {
        Documents documents = Documents.create("boards").withStorage(storage);
        Stoa stoa = Stoa.builder()
                .port(0)
                .store(store)
                .timers(clock)
                .drain(Duration.ZERO, Duration.ofMillis(50))
                .reconnectDamping(null)
                .documents(documents, Studio::judge)
                .start();
        return new House(documents, stoa);
    }

    @DocumentRow(43)
    @Test
    void fileOfTheReferenceServerIsTakenUpAndItsFormIsWritten() throws Exception {
        Files.writeString(
                directory.resolve("r.json"),
                "{\"timestamp\":11,\"state\":{\"e1/P\":{\"_exists\":true,\"x\":5},\"e2/P\":{\"_exists\":false}},"
                        + "\"timestamps\":{\"e1/P\":{\"_exists\":6,\"x\":11},\"e2/P\":{\"_exists\":9}}}");
        MemoryStore store = new MemoryStore();
        try (House house = open(SnapshotFiles.in(directory), store)) {
            Painter ada = house.at("r");
            assertThat(ada.diff(9)).isEqualTo(json("{'e1/P':{'x':5}}"));
            assertThat(ada.diff(8)).isEqualTo(json("{'e1/P':{'x':5},'e2/P':{'_exists':false}}"));
            assertThat(ada.edit("[{'e1/P':{'y':0.10}}]").path("timestamp").asInt())
                    .isEqualTo(12);

            house.documents().document("r").flush();
        }

        assertThat(directory.resolve("r.json"))
                .hasContent("{\"timestamp\":12,\"state\":{\"e2/P\":{\"_exists\":false},"
                        + "\"e1/P\":{\"_exists\":true,\"x\":5,\"y\":0.10}},"
                        + "\"timestamps\":{\"e2/P\":{\"_exists\":9},\"e1/P\":{\"_exists\":6,\"x\":11,\"y\":12}}}");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void onceTheLogKnowsADocumentItsFileIsNotReadAgain(@TempDir Path data) throws Exception {
        Path file = directory.resolve("r.json");
        Files.writeString(
                file, "{\"timestamp\":1,\"state\":{\"e\":{\"_exists\":true}},\"timestamps\":{\"e\":{\"_exists\":1}}}");
        try (House house = open(SnapshotFiles.in(directory), sqlite(data))) {
            assertThat(house.at("r").diff(0)).isEqualTo(json("{'e':{'_exists':true}}"));
        }
        Files.writeString(file, "{\"timestamp\":0,\"state\":{},\"timestamps\":{}}");

        try (House house = open(SnapshotFiles.in(directory), sqlite(data))) {
            assertThat(house.at("r").diff(0)).isEqualTo(json("{'e':{'_exists':true}}"));
        }
    }

    private static Store sqlite(Path data) {
        return JdbcStore.sqlite(data);
    }

    @DocumentRow(45)
    @ParameterizedTest
    @ValueSource(strings = {"", "{", "null", "{\"timestamp\":1}", "not JSON at all"})
    void documentWhoseFileIsBrokenIsRefusedAndTheFileKept(String content) throws Exception {
        Path file = directory.resolve("r.json");
        Files.writeString(file, content);
        try (House house = open(SnapshotFiles.in(directory), new MemoryStore())) {
            RawPeer peer = RawPeer.open(house.stoa().port(), Studio.target("r", "ada", "rw"));
            assertThat(new Painter(peer).closedWith(1012).closeReason()).isEmpty();

            Painter other = house.at("other");
            other.edit("[{'e':{'_exists':true}}]");
        }

        assertThat(file).hasContent(content);
    }

    @DocumentRow(44)
    @ParameterizedTest
    @CsvSource({
        "room-1_A.b, room-1_A.b.json",
        ".hidden, %2Ehidden.json",
        "../x, %2E.%2Fx.json",
        "a/b, a%2Fb.json",
        "a b%ü, a%20b%25%C3%BC.json",
        "C:\\x, C%3A%5Cx.json",
    })
    void idsBecomeFileNamesThatStayInTheDirectory(String id, String name) throws Exception {
        Path inside = directory.resolve("snapshots");
        SnapshotFiles files = SnapshotFiles.in(inside);

        files.save(id, new byte[] {'1'});

        assertThat(inside.resolve(name)).hasContent("1");
        assertThat(files.load(id)).hasValue(new byte[] {'1'});
        try (Stream<Path> kept = Files.walk(directory)) {
            assertThat(kept.filter(path -> path.toString().endsWith(".json"))).hasSize(1);
        }
    }

    @Test
    void storagesGiveBackWhatTheyWereGivenLast() throws Exception {
        for (DocumentStorage storage : List.of(SnapshotFiles.in(directory.resolve("new")), new InMemorySnapshots())) {
            assertThat(storage.load("r")).isEmpty();
            storage.save("r", new byte[] {'1'});
            storage.save("r", new byte[] {'2'});

            assertThat(storage.load("r")).hasValue(new byte[] {'2'});
            assertThat(storage.load("R2")).isEmpty();
        }
    }

    @DocumentRow(44)
    @Test
    void idsWhoseNamesWouldBeTooLongAreRefused() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> SnapshotFiles.in(directory).save("/".repeat(200), new byte[0]))
                .withMessage("a file's name of 605 bytes exceeds 255");
    }

    @DocumentRow(42)
    @Test
    void constantEditsAreSavedOncePerInterval() {
        AtomicInteger saves = new AtomicInteger();
        DocumentStorage counting = counting(saves, new AtomicBoolean());
        try (House house = open(counting, new MemoryStore())) {
            Painter ada = house.at("r");
            for (int second = 1; second <= 35; second++) {
                ada.edit("[{'e':{'_exists':true,'x':" + second + "}}]");
                clock.advance(Duration.ofSeconds(1));
                int least = second / 11;
                Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> saves.get() >= least);
                assertThat(saves.get()).isLessThanOrEqualTo(second / 10);
            }
        }
    }

    @DocumentRow(46)
    @Test
    void whatIsNotSavedYetIsSavedAtAStop() throws Exception {
        try (House house = open(SnapshotFiles.in(directory), new MemoryStore())) {
            house.at("r").edit("[{'e':{'_exists':true}}]");
            house.at("looked at");
        }

        assertThat(directory.resolve("r.json"))
                .hasContent(
                        "{\"timestamp\":1,\"state\":{\"e\":{\"_exists\":true}},\"timestamps\":{\"e\":{\"_exists\":1}}}");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void saveThatFailsIsTriedAgain() {
        AtomicInteger saves = new AtomicInteger();
        AtomicBoolean failing = new AtomicBoolean(true);
        try (House house = open(counting(saves, failing), new MemoryStore())) {
            DocumentRoom room = house.documents().document("r");
            house.at("r").edit("[{'e':{'_exists':true}}]");
            assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(room::flush);
            assertThat(saves.get()).isEqualTo(1);

            failing.set(false);
            clock.advance(Duration.ofSeconds(10));

            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> saves.get() == 2);
            room.flush();
            assertThat(saves.get()).isEqualTo(2);
        }
    }

    private static DocumentStorage counting(AtomicInteger saves, AtomicBoolean failing) {
        return new DocumentStorage() {
            @Override
            public Optional<byte[]> load(String documentId) {
                return Optional.empty();
            }

            @Override
            public void save(String documentId, byte[] snapshot) throws IOException {
                saves.incrementAndGet();
                if (failing.get()) {
                    throw new IOException("as the test wants it");
                }
            }
        };
    }
}
