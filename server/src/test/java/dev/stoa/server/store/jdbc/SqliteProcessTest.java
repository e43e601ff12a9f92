package dev.stoa.server.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stoa.server.store.EntityId;
import dev.stoa.server.store.Scribe;
import dev.stoa.server.store.StoreException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A store in a process of its own: who is let in beside it, what a kill leaves, what it loads.
class SqliteProcessTest {
    @TempDir
    Path directory;

    private Process start(int records, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED"));
        command.addAll(List.of(options));
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                SqliteProcess.class.getName(),
                directory.toString(),
                Integer.toString(records)));
        return new ProcessBuilder(command).start();
    }

    @Test
    void aRefusedSecondStoreInAProcessDoesNotOpenTheDirectoryToOthers() throws Exception {
        try (JdbcStore store = JdbcStore.sqlite(directory)) {
            assertThatThrownBy(() -> JdbcStore.sqlite(directory)).isInstanceOf(StoreException.class);

            Process process = start(1);

            assertThat(process.inputReader().lines()).isEmpty();
            assertThat(process.errorReader().lines())
                    .anyMatch(line -> line.contains("in use by another server (process "
                            + ProcessHandle.current().pid() + ")"));
            assertThat(process.waitFor()).isNotZero();
            assertThat(store.header(new EntityId("room", "a"))).isEmpty();
        }
    }

    @Test
    void aSecondProcessIsRefusedAndAKillLosesNothingThatWasTold() throws Exception {
        Process process = start(1_000_000);
        int told = 0;
        try (BufferedReader output = process.inputReader()) {
            while (told < 100) {
                told = Integer.parseInt(output.readLine());
            }

            assertThatThrownBy(() -> JdbcStore.sqlite(directory))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("in use by another server (process " + process.pid() + ")");

            process.toHandle().destroyForcibly();
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                told = Integer.parseInt(line);
            }
        }
        process.waitFor();

        try (JdbcStore store = JdbcStore.sqlite(directory)) {
            List<String> bodies =
                    Scribe.opening(store, new EntityId("room", "a")).allBodies();
            assertThat(bodies).hasSizeBetween(told, told + 1).startsWith("m1", "m2", "m3");
            assertThat(bodies.getLast()).isEqualTo("m" + bodies.size());
        }
    }

    /// Flyway looks at all its modules when it migrates, which it does on the first start only.
    @Test
    void aStoreOnSqliteLoadsNothingOfPostgresql() throws Exception {
        JdbcStore.sqlite(directory).close();
        Path classes = directory.resolve("classes.log");
        Process process = start(1, "-Xlog:class+load:file=" + classes);
        try (BufferedReader output = process.inputReader()) {
            assertThat(output.lines()).contains("closed");
        }
        process.waitFor();

        List<String> loaded = Files.readAllLines(classes);
        assertThat(loaded).anyMatch(line -> line.contains(" org.sqlite.JDBC "));
        assertThat(loaded)
                .filteredOn(line -> line.contains(" org.postgresql.")
                        || line.contains(" com.zaxxer.hikari.")
                        || line.contains(" org.flywaydb.")
                        || line.contains(".PostgresqlBackend ")
                        || line.contains(".PooledReads "))
                .isEmpty();
    }
}
