package dev.stoa.app.api;

import static org.assertj.core.api.Assertions.assertThat;

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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Runs the examples of docs/http.md, one after the other, with curl, and holds the answers against those shown:
/// the status, and what keys there are with what sorts of values.
class HttpDocumentTest {
    private static final Pattern EXAMPLE =
            Pattern.compile("```sh\\n(curl .*?)\\n```\\n\\n```json (\\d+)\\n(.*?)\\n```", Pattern.DOTALL);

    private final Map<String, String> variables = new HashMap<>();

    @Test
    void examplesAnswerAsTheySay() throws Exception {
        Matcher examples = EXAMPLE.matcher(Files.readString(Path.of("../docs/http.md")));
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
        assertThat(run).isGreaterThanOrEqualTo(17);
    }

    /// What later examples name: `SNAPSHOT_ID` is the last answer's `snapshotId`.
    private void remember(JsonNode body) {
        if (body.has("epoch")) {
            variables.put("EPOCH", body.path("epoch").asString());
        }
        if (body.has("snapshotId")) {
            variables.put("SNAPSHOT_ID", body.path("snapshotId").asString());
        }
    }

    /// @return body and status
    private String[] run(String command) throws IOException, InterruptedException {
        ProcessBuilder shell = new ProcessBuilder(
                        "sh", "-c", command.replaceFirst("curl ", "curl -sS -w '\\\\n%{http_code}' "))
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
