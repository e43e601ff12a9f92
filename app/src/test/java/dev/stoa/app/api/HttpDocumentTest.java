package dev.stoa.app.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.protocol.RawJson;
import dev.stoa.server.document.DocumentRoom;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Runs the examples of docs/http.md and docs/http-documents.md, one after the other, with curl, and holds the answers
/// against those shown:
/// the status, and what keys there are with what sorts of values.
@Timeout(120)
class HttpDocumentTest {
    private static final Pattern EXAMPLE =
            Pattern.compile("```sh\\n(curl (?:(?!```).)*)\\n```\\n\\n```json (\\d+)\\n(.*?)\\n```", Pattern.DOTALL);

    private final Map<String, String> variables = new HashMap<>();

    @ParameterizedTest
    @CsvSource({"http.md, 17", "http-documents.md, 11"})
    void examplesAnswerAsTheySay(String page, int least) throws Exception {
        Matcher examples = EXAMPLE.matcher(Files.readString(Path.of("../docs", page)));
        int run = 0;
        try (RunningApi api = RunningApi.start()) {
            while (examples.find()) {
                String command = examples.group(1);
                String[] answer = run(command.replace("http://localhost:8081", "http://localhost:" + api.port()));

                assertThat(answer[1]).as("%s\n%s", command, answer[0]).isEqualTo(examples.group(2));
                JsonNode body = JsonMapper.shared().readTree(answer[0]);
                hold(command, JsonMapper.shared().readTree(examples.group(3)), body);
                remember(body);
                run++;
            }
        }
        assertThat(run).isGreaterThanOrEqualTo(least);
    }

    @Test
    void streamLooksAsThePageShowsIt() throws Exception {
        String page = Files.readString(Path.of("../docs/http-documents.md"));
        Matcher stream = Pattern.compile("```sh\\n(curl -N .*?)\\n```\\n\\n```\\n(.*?)```", Pattern.DOTALL)
                .matcher(page);
        assertThat(stream.find()).isTrue();
        try (RunningApi api = RunningApi.start()) {
            DocumentRoom b1 = api.boards().document("b1");
            b1.write("backend", RawJson.parse("{\"e1/shape\":{\"_exists\":true,\"x\":5,\"label\":\"hello\"}}"));
            b1.delete("backend", "e2/shape");
            Process curl = new ProcessBuilder(
                            "sh",
                            "-c",
                            "exec "
                                    + stream.group(1)
                                            .replace("http://localhost:8081", "http://localhost:" + api.port()))
                    .start();
            try {
                String shown = withoutEpochs(stream.group(2));
                BufferedReader lines = curl.inputReader();
                StringBuilder out = new StringBuilder();
                for (int line = 0; line < shown.lines().count(); line++) {
                    if (line == 8) {
                        b1.write("ada", RawJson.parse("{\"e1/shape\":{\"x\":6}}"));
                    }
                    out.append(lines.readLine()).append('\n');
                }
                assertThat(withoutEpochs(out.toString())).isEqualTo(shown);
            } finally {
                curl.destroyForcibly();
            }
        }
    }

    private static String withoutEpochs(String events) {
        return events.replaceAll("(id: \\d+):\\S+", "$1");
    }

    /// What later examples name: `SNAPSHOT_ID` is the last answer's `snapshotId`, `POSITION` its `position`.
    private void remember(JsonNode body) {
        if (body.has("epoch")) {
            variables.put("EPOCH", body.path("epoch").asString());
        }
        if (body.has("position")) {
            variables.put("POSITION", body.path("position").asString());
        }
        if (body.has("snapshotId")) {
            variables.put("SNAPSHOT_ID", body.path("snapshotId").asString());
        }
    }

    /// @return body and status
    private String[] run(String command) throws IOException, InterruptedException {
        ProcessBuilder shell = new ProcessBuilder(
                        "sh", "-c", command.replaceFirst("curl ", "curl -sS --max-time 30 -w '\\\\n%{http_code}' "))
                .redirectErrorStream(true);
        shell.environment().putAll(variables);
        Process process = shell.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        int last = out.lastIndexOf('\n');
        return new String[] {out.substring(0, last), out.substring(last + 1)};
    }

    private static void hold(String where, JsonNode shown, JsonNode found) {
        assertThat(found.getNodeType()).as(where).isEqualTo(shown.getNodeType());
        if (shown.isObject() && !shown.isEmpty()) {
            assertThat(new TreeSet<>(found.propertyNames())).as(where).isEqualTo(new TreeSet<>(shown.propertyNames()));
            shown.properties()
                    .forEach(field -> hold(where + " " + field.getKey(), field.getValue(), found.get(field.getKey())));
        }
        if (shown.isArray() && !shown.isEmpty()) {
            assertThat(found.size()).as(where).isEqualTo(shown.size());
            for (int i = 0; i < shown.size(); i++) {
                hold(where + " " + i, shown.get(i), found.get(i));
            }
        }
    }
}
