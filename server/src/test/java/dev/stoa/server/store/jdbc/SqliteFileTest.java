package dev.stoa.server.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stoa.server.store.Change;
import dev.stoa.server.store.Checkpoint;
import dev.stoa.server.store.EntityId;
import dev.stoa.server.store.Outcome;
import dev.stoa.server.store.Scan;
import dev.stoa.server.store.Scribe;
import dev.stoa.server.store.Store;
import dev.stoa.server.store.StoreException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a file can suffer: the message names it and says what to do, and nothing is deleted.
class SqliteFileTest {
    private static final EntityId ROOM = new EntityId("room", "a");

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("stoa.db");
    }

    private void fill(int records) {
        try (JdbcStore store = JdbcStore.sqlite(directory)) {
            Scribe room = Scribe.creating(store, ROOM);
            for (int i = 1; i <= records; i++) {
                room.append("m".repeat(500));
            }
            room.commit();
        }
    }

    private Connection foreign() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + file);
    }

    @Test
    void whatWasCommittedIsThereAfterReopening() {
        fill(10);

        try (JdbcStore store = JdbcStore.sqlite(directory)) {
            Scribe room = Scribe.opening(store, ROOM).append("more").commit();
            assertThat(room.allBodies()).hasSize(11);
        }
    }

    @Test
    void numbersGoOnAfterReopening() {
        long before;
        try (JdbcStore store = JdbcStore.sqlite(directory)) {
            before = store.nextLog();
        }

        try (JdbcStore store = JdbcStore.sqlite(directory)) {
            assertThat(store.nextLog()).isGreaterThan(before);
        }
    }

    @Test
    void aDirectoryIsMadeWhenItIsMissing() {
        Path nested = directory.resolve("a/b");

        JdbcStore.sqlite(nested).close();

        assertThat(nested.resolve("stoa.db")).exists();
    }

    @Test
    void aSecondServerOnTheSameDirectoryIsRefused() {
        try (JdbcStore first = JdbcStore.sqlite(directory)) {
            assertThatThrownBy(() -> JdbcStore.sqlite(directory))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("the data directory " + directory + " is in use by another server")
                    .hasMessageContaining("process " + ProcessHandle.current().pid());
            assertThat(Scribe.creating(first, ROOM).append("one").write()).isEqualTo(new Outcome.Committed());
        }
        JdbcStore.sqlite(directory).close();
    }

    @Test
    void aFileThatIsNoDatabaseIsLeftAlone() throws Exception {
        byte[] foreign =
                "this is not a database, but somebody may miss it ".repeat(100).getBytes();
        Files.write(file, foreign);

        assertDamaged();

        assertThat(Files.readAllBytes(file)).isEqualTo(foreign);
    }

    @Test
    void aTornFileIsLeftAlone() throws Exception {
        fill(2000);
        try (RandomAccessFile torn = new RandomAccessFile(file.toFile(), "rw")) {
            torn.setLength(torn.length() / 2 - 100);
        }
        byte[] before = Files.readAllBytes(file);

        assertDamaged();

        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void aDamagedSchemaIsLeftAlone() throws Exception {
        fill(10);
        scribbleOver(100, 3900);
        byte[] before = Files.readAllBytes(file);

        assertDamaged();

        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    private void assertDamaged() {
        assertThatThrownBy(() -> JdbcStore.sqlite(directory))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("the database file " + file + " is damaged")
                .hasMessageContaining("restore the file from a backup")
                .hasMessageContaining("nothing was deleted");
    }

    @Test
    void damageInTheMiddleIsToldWhenItIsRead() throws Exception {
        fill(2000);
        scribbleOver(Files.size(file) / 2, 40_000);

        try (JdbcStore store = JdbcStore.sqlite(directory)) {
            long log = store.header(ROOM).orElseThrow().log();
            assertThatThrownBy(() -> {
                        for (int from = 1; from <= 2000; from += 100) {
                            store.read(log, Scan.ascending(from, from + 99, 100));
                        }
                    })
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("the database file " + file + " is damaged");
        }
    }

    private void scribbleOver(long from, int length) throws IOException {
        byte[] noise = new byte[length];
        new Random(3).nextBytes(noise);
        try (RandomAccessFile damaged = new RandomAccessFile(file.toFile(), "rw")) {
            damaged.seek(from);
            damaged.write(noise);
        }
    }

    @Test
    void aJournalThatWasCutInACrashCostsOnlyWhatWasNotCommitted() throws Exception {
        Path crashed = directory.resolve("crashed");
        Files.createDirectories(crashed);
        try (JdbcStore store = JdbcStore.sqlite(directory)) {
            Scribe room = Scribe.creating(store, ROOM).append("one").commit();
            room.append("two").commit();
            Files.copy(file, crashed.resolve("stoa.db"));
            Files.copy(directory.resolve("stoa.db-wal"), crashed.resolve("stoa.db-wal"));
        }
        try (RandomAccessFile journal =
                new RandomAccessFile(crashed.resolve("stoa.db-wal").toFile(), "rw")) {
            journal.setLength(journal.length() - 1000);
        }

        try (JdbcStore store = JdbcStore.sqlite(crashed)) {
            assertThat(Scribe.opening(store, ROOM).allBodies()).containsExactly("one");
        }
    }

    @Test
    void whatWasToldAsCommittedIsInTheFilesAtOnce() throws Exception {
        Path crashed = directory.resolve("crashed");
        Files.createDirectories(crashed);
        List<String> told = new ArrayList<>();
        try (JdbcStore store = JdbcStore.sqlite(directory)) {
            Scribe room = Scribe.creating(store, ROOM).commit();
            for (int i = 0; i < 50; i++) {
                room.append("m" + i).commit();
                told.add("m" + i);
            }
            Files.copy(file, crashed.resolve("stoa.db"));
            Files.copy(directory.resolve("stoa.db-wal"), crashed.resolve("stoa.db-wal"));
        }

        try (JdbcStore store = JdbcStore.sqlite(crashed)) {
            assertThat(Scribe.opening(store, ROOM).allBodies()).isEqualTo(told);
        }
    }

    @Test
    void aFileThatAnotherProgramHasLockedIsNamed() throws Exception {
        fill(1);
        SqliteSettings impatient = SqliteSettings.in(directory).withLockTimeout(Duration.ofMillis(50));
        try (Connection foreign = foreign();
                Statement statement = foreign.createStatement()) {
            statement.execute("pragma locking_mode = exclusive");
            statement.execute("begin exclusive");

            assertThatThrownBy(() -> JdbcStore.sqlite(impatient))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("another program has locked the database file " + file);
        }
        JdbcStore.sqlite(impatient).close();
    }

    @Test
    void writesGoOnAfterAnotherProgramHasLetGo() throws Exception {
        SqliteSettings impatient = SqliteSettings.in(directory).withLockTimeout(Duration.ofMillis(50));
        try (JdbcStore store = JdbcStore.sqlite(impatient)) {
            Scribe room = Scribe.creating(store, ROOM).append("one").commit();
            try (Connection foreign = foreign();
                    Statement statement = foreign.createStatement()) {
                statement.execute("begin immediate");

                Outcome outcome = room.append("two").write();

                assertThat(outcome)
                        .isInstanceOfSatisfying(
                                Outcome.Failed.class,
                                failed -> assertThat(failed.cause())
                                        .hasMessageContaining("another program has locked the database file " + file));
                statement.execute("rollback");
            }
            assertThat(Scribe.opening(store, ROOM).append("two").commit().allBodies())
                    .containsExactly("one", "two");
        }
    }

    @Test
    void aPlaceThatCannotBeWrittenIsNamed() throws Exception {
        Path notADirectory = Files.writeString(directory.resolve("file"), "mine");

        assertThatThrownBy(() -> JdbcStore.sqlite(notADirectory))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("cannot write to the data directory " + notADirectory)
                .hasMessageContaining("choose another directory");
        assertThat(notADirectory).hasContent("mine");
    }

    @Test
    void aReadOnlyDirectoryIsNamed() {
        // a place that is read-only for every user, root included
        Path readOnly = Path.of("/proc/self/stoa");

        assertThatThrownBy(() -> JdbcStore.sqlite(readOnly))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("cannot write to the data directory " + readOnly);
    }

    @Test
    void aDatabaseFileThatCannotBeOpenedIsNamed() throws Exception {
        Files.createDirectories(file.resolve("not a file"));

        assertThatThrownBy(() -> JdbcStore.sqlite(directory))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("the database file " + file + " cannot be written");
    }

    @Test
    void aFileOfTheFirstVersionIsBroughtUpToDate() throws Exception {
        Scribe room = fillWithCheckpoint();
        try (Connection foreign = foreign();
                Statement statement = foreign.createStatement()) {
            // as version 1 had it: a checkpoint was one row
            statement.execute("create table old as select log, \"offset\", checksum, body from checkpoint");
            statement.execute("drop table checkpoint");
            statement.execute("create table checkpoint (log bigint not null, \"offset\" bigint not null, "
                    + "checksum bigint not null, body blob not null, primary key (log, \"offset\"))");
            statement.execute("insert into checkpoint select * from old");
            statement.execute("drop table old");
            statement.execute("delete from stoa_schema where version = '2'");
        }

        try (Store store = JdbcStore.sqlite(directory)) {
            assertThat(store.checkpoints(room.log())).singleElement().satisfies(found -> {
                assertThat(found.offset()).isEqualTo(1);
                assertThat(found.body()).asString().isEqualTo("state");
            });
        }
    }

    private Scribe fillWithCheckpoint() {
        try (Store store = JdbcStore.sqlite(directory)) {
            Scribe room = Scribe.creating(store, new EntityId("room", "checked"));
            room.append("1")
                    .change(new Change.PutCheckpoint(new Checkpoint(1, "state".getBytes(StandardCharsets.UTF_8))))
                    .commit();
            return room;
        }
    }

    @Test
    void aNewerVersionsFileIsRefused() throws Exception {
        fill(1);
        try (Connection foreign = foreign();
                Statement statement = foreign.createStatement()) {
            statement.execute("""
                    insert into stoa_schema (installed_rank, version, description, type, script, checksum,
                        installed_by, execution_time, success)
                    values (99, '99', 'from the future', 'SQL', 'V99__future.sql', 1, 'x', 1, true)""");
        }
        byte[] before = Files.readAllBytes(file);

        assertThatThrownBy(() -> JdbcStore.sqlite(directory))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(file + " was written by a newer Stoa")
                .hasMessageContaining("version 99");
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void anotherProgramsDatabaseIsRefused() throws Exception {
        try (Connection foreign = foreign();
                Statement statement = foreign.createStatement()) {
            statement.execute("create table theirs (id integer)");
        }

        assertThatThrownBy(() -> JdbcStore.sqlite(directory))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("cannot prepare the tables of " + file);
        try (Connection foreign = foreign();
                Statement statement = foreign.createStatement()) {
            statement.execute("insert into theirs values (1)");
        }
    }

    @Test
    void aFullFileFailsClearlyAndWorksAgainWithRoom() {
        SqliteSettings small = SqliteSettings.in(directory).withMaxFileBytes(1 << 20);
        int committed = 0;
        try (JdbcStore store = JdbcStore.sqlite(small)) {
            Scribe room = Scribe.creating(store, ROOM).commit();
            Outcome outcome = new Outcome.Committed();
            while (outcome instanceof Outcome.Committed && committed < 200) {
                outcome = room.append("m".repeat(10_000)).write();
                committed += outcome instanceof Outcome.Committed ? 1 : 0;
            }

            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.cause())
                                    .hasMessageContaining("no room in the database file " + file)
                                    .hasMessageContaining("its limit of 1048576 bytes"));
            assertThat(committed).isBetween(50, 110);
            assertThat(room.allBodies()).hasSize(committed);
            assertThat(Scribe.opening(store, ROOM).append("m".repeat(500_000)).write())
                    .isInstanceOf(Outcome.Failed.class);
        }

        try (JdbcStore store = JdbcStore.sqlite(directory)) {
            Scribe room = Scribe.opening(store, ROOM).append("m".repeat(10_000)).commit();
            assertThat(room.allBodies()).hasSize(committed + 1);
        }
    }

    @Test
    void roomThatIsSweptInAFullFileIsUsedAgain() {
        SqliteSettings small = SqliteSettings.in(directory).withMaxFileBytes(1 << 20);
        try (JdbcStore store = JdbcStore.sqlite(small)) {
            Scribe room = Scribe.creating(store, ROOM).commit();
            while (room.append("m".repeat(10_000)).write() instanceof Outcome.Committed) {
                // until it is full
            }
            Scribe again = Scribe.opening(store, ROOM);
            long half = again.header().lastOffset() / 2;
            again.trimBefore(half).commit();
            while (store.sweep(0)) {
                // one chunk at a time
            }

            for (int i = 0; i < 30; i++) {
                again.append("m".repeat(10_000)).commit();
            }

            assertThat(again.header().lastOffset()).isGreaterThan(half + 30);
        }
    }
}
