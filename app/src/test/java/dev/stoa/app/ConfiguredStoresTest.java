package dev.stoa.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a configuration says of stores, seen from outside: what is published into instances, and where it is.
class ConfiguredStoresTest {
    private static final List<String> INSTANCES = List.of("main", "old");

    @TempDir
    Path folder;

    private final Terminal terminal = new Terminal();

    @Test
    void instancesOnPostgresqlKeepHistoryAcrossARestart() throws IOException, SQLException {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
            String url = postgres.getJdbcUrl("postgres", "postgres");
            Path file = written("""
                    store: {type: postgresql, url: '%1$s', user: postgres, passwordVariable: PG_PASSWORD}
                    databases:
                      archive: {type: postgresql, url: '%1$s', user: postgres, passwordVariable: PG_PASSWORD,
                                schema: archive}
                    instances:
                      - {name: main, allowAnonymous: true}
                      - {name: old, databaseName: archive, path: /old, allowAnonymous: true}
                    """.formatted(url));
            terminal.with("PG_PASSWORD", "postgres");

            serve(file, ConfiguredStoresTest::publishIntoEach);
            serve(file, ConfiguredStoresTest::publishIntoEach);
            List<String> histories = histories(file);

            assertThat(histories).containsExactly("main 2, main 1", "old 2, old 1");
            assertThat(publishedIn(postgres, "stoa")).isEqualTo(2);
            assertThat(publishedIn(postgres, "archive")).isEqualTo(2);
            assertThat(kept()).isEmpty();
        }
    }

    @Test
    void aDatabaseOfItsOwnIsAFileInAFolderOfItsName() throws IOException {
        Path file = written("""
                databases: {archive: {}}
                instances:
                  - {name: main, allowAnonymous: true}
                  - {name: old, databaseName: archive, path: /old, allowAnonymous: true}
                """);

        serve(file, ConfiguredStoresTest::publishIntoEach);

        assertThat(histories(file)).containsExactly("main 1", "old 1");
        assertThat(kept()).contains("archive/stoa.db", "stoa.db");
    }

    @Test
    void anUnusedStoreIsNotOpened() throws IOException {
        Path file = written("""
                databases:
                  archive: {}
                  unused: {type: postgresql, url: 'jdbc:postgresql://nowhere.invalid/x', user: u, passwordVariable: NOT}
                instances: [{name: old, databaseName: archive, allowAnonymous: true}]
                """);

        serve(file, server -> publish(server, "old"));

        assertThat(kept()).contains("archive/stoa.db").doesNotContain("stoa.db");
    }

    @Test
    void ephemeralKeepsNothingOfAnyDatabase() throws IOException {
        Path file = written("""
                databases: {archive: {}}
                instances:
                  - {name: main, allowAnonymous: true}
                  - {name: old, databaseName: archive, path: /old, allowAnonymous: true}
                """);

        serve(file, ConfiguredStoresTest::publishIntoEach, "--ephemeral");

        assertThat(kept()).isEmpty();
    }

    @Test
    void aStoreThatCannotBeOpenedIsNamedAndTheOthersAreGivenBack() throws IOException {
        Files.createDirectories(folder.resolve("data"));
        Files.writeString(folder.resolve("data/archive"), "not a folder");
        Path file = written("""
                databases: {archive: {}}
                instances: [{name: main, allowAnonymous: true}, {name: old, databaseName: archive, path: /old}]
                """);

        assertThat(terminal.run("serve", "--config=" + file, "--port=0", "--api-port=0", "--data=" + data()))
                .isEqualTo(1);
        assertThat(terminal.err()).startsWith("stoa: databases.archive: ");
        serve(written("instances: [{name: main, allowAnonymous: true}]"), server -> publish(server, "main"));
    }

    @Test
    void aServerThatCannotStartGivesItsStoreBack() throws IOException {
        Path broken = written("{instances: [{name: main}], tls: {certificate: none.pem, key: none.key}}");
        assertThat(terminal.run("serve", "--config=" + broken, "--port=0", "--data=" + data()))
                .isEqualTo(1);

        serve(written("instances: [{name: main, allowAnonymous: true}]"), server -> publish(server, "main"));
    }

    private void serve(Path file, Consumer<StandAloneServer> whileRunning, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("serve", "--config=" + file, "--port=0", "--api-port=0", "--data=" + data()));
        arguments.addAll(List.of(more));
        int exitCode = terminal.run(whileRunning, arguments.toArray(String[]::new));
        assertThat(exitCode).as(terminal.err()).isZero();
    }

    private static void publishIntoEach(StandAloneServer server) {
        INSTANCES.forEach(instance -> publish(server, instance));
    }

    private static void publish(StandAloneServer server, String instance) {
        JsonNode published = Web.post(lobby(server, instance) + "/publish", "{\"type\":\"said\"}");
        assertThat(published.path("offset").asLong()).as("%s", published).isPositive();
    }

    /// For each instance what its lobby's history holds: `instance offset`, newest first.
    private List<String> histories(Path file) {
        List<String> histories = new ArrayList<>();
        serve(
                file,
                server -> INSTANCES.forEach(instance -> {
                    JsonNode history = JsonMapper.shared()
                            .readTree(Web.get(lobby(server, instance) + "/history")
                                    .body());
                    List<String> offsets = new ArrayList<>();
                    history.path("items")
                            .forEach(item -> offsets.add(
                                    instance + " " + item.path("offset").asLong()));
                    histories.add(String.join(", ", offsets));
                }));
        return histories;
    }

    private static String lobby(StandAloneServer server, String instance) {
        return server.pagesAddress() + "/v1/instances/" + instance + "/rooms/lobby";
    }

    private static int publishedIn(EmbeddedPostgres postgres, String schema) throws SQLException {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet count =
                        statement.executeQuery("select count(*) from " + schema + ".record where type = 'message'")) {
            count.next();
            return count.getInt(1);
        }
    }

    private Path data() {
        return folder.resolve("data");
    }

    /// The files in the data folder.
    private List<String> kept() throws IOException {
        if (!Files.exists(data())) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(data())) {
            return files.filter(Files::isRegularFile)
                    .map(file -> data().relativize(file).toString())
                    .toList();
        }
    }

    private Path written(String yaml) throws IOException {
        return Files.writeString(folder.resolve("stoa.yml"), yaml);
    }
}
