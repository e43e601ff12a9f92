package dev.stoa.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `/metrics` of a running server tells.
class FiguresTest {
    private static final Pattern DOCUMENTED = Pattern.compile("`(stoa_[a-z_]+)`");
    private static final Pattern TOLD = Pattern.compile("(?m)^(stoa_[a-z_]+)(?:\\{|\\s)");

    @TempDir
    Path folder;

    @Test
    void everyFigureIsDocumentedAndEveryDocumentedOneIsTold() throws IOException {
        Set<String> told = new TreeSet<>();

        running(server -> told.addAll(found(TOLD, metrics(server))));

        assertThat(told).isEqualTo(found(DOCUMENTED, Files.readString(Path.of("../docs/configuration.md"))));
    }

    @Test
    void whatEntitiesDoIsCountedForEachDatabase() throws IOException {
        running(server -> {
            for (int i = 0; i < 3; i++) {
                publish(server, "main", "{\"type\":\"said\"}");
            }
            publish(server, "old", "{\"type\":\"said\"}");

            String metrics = metrics(server);
            assertThat(figure(metrics, "stoa_entities", "")).isEqualTo(1);
            assertThat(figure(metrics, "stoa_entities", "archive")).isEqualTo(1);
            assertThat(figure(metrics, "stoa_entities_commands_total", "")).isGreaterThanOrEqualTo(3);
            assertThat(figure(metrics, "stoa_entities_writes_total", "")).isGreaterThanOrEqualTo(3);
            assertThat(figure(metrics, "stoa_entities_loads_total", "archive")).isEqualTo(1);
            for (String quiet : Set.of(
                    "stoa_entities_commands_waiting",
                    "stoa_entities_commands_refused_total",
                    "stoa_entities_loads_failed_total",
                    "stoa_entities_hibernations_total",
                    "stoa_entities_writes_failed_total",
                    "stoa_entities_writes_fenced_total",
                    "stoa_entities_turns_failed_total",
                    "stoa_store_bytes_waiting")) {
                assertThat(figure(metrics, quiet, "")).as(quiet).isZero();
            }
        });
    }

    private void running(Consumer<StandAloneServer> whileRunning) throws IOException {
        Path file = Files.writeString(folder.resolve("stoa.yml"), """
                databases: {archive: {}}
                instances:
                  - {name: main, allowAnonymous: true}
                  - {name: old, databaseName: archive, path: /old, allowAnonymous: true}
                documents:
                  - {name: boards, tokenKeys: [{kid: k, secretVariable: KEY}]}
                """);
        Terminal terminal = new Terminal().with("KEY", "c3RvYSBleGFtcGxlIGtleSwgbm90IGZvciByZWFsIHVzZQ==");
        int exitCode = terminal.run(
                whileRunning,
                "serve",
                "--config=" + file,
                "--port=0",
                "--api-port=0",
                "--data=" + folder.resolve("data"));
        assertThat(exitCode).as(terminal.err()).isZero();
    }

    private static void publish(StandAloneServer server, String instance, String message) {
        String address = server.pagesAddress() + "/v1/instances/" + instance + "/rooms/lobby/publish";
        assertThat(Web.post(address, message).path("offset").asLong()).isPositive();
    }

    private static String metrics(StandAloneServer server) {
        return Web.get(server.pagesAddress() + "/metrics").body();
    }

    private static double figure(String metrics, String name, String database) {
        Matcher line = Pattern.compile("(?m)^" + name + "\\{database=\"" + database + "\"} (\\S+)$")
                .matcher(metrics);
        assertThat(line.find()).as("%s of '%s' in %s", name, database, metrics).isTrue();
        return Double.parseDouble(line.group(1));
    }

    private static Set<String> found(Pattern pattern, String text) {
        Set<String> names = new TreeSet<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }
}
