package dev.stoa.server.room.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Runs a script of another language.
final class Node {
    private Node() {}

    static boolean isHere() {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(java.io.File.pathSeparator)) {
            if (Files.isExecutable(Path.of(folder, "node"))) {
                return true;
            }
        }
        return false;
    }

    /// What the script prints, given `input`.
    static String run(String script, String input, String... arguments) throws IOException, InterruptedException {
        Path in = Files.createTempFile("node", ".in");
        Path out = Files.createTempFile("node", ".out");
        try {
            Files.writeString(in, input);
            List<String> command = new ArrayList<>(List.of("node", "-e", script));
            command.addAll(List.of(arguments));
            Process node = new ProcessBuilder(command)
                    .redirectInput(in.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            boolean ended = node.waitFor(60, TimeUnit.SECONDS);
            node.destroyForcibly();
            assertThat(ended).as("node ends within a minute").isTrue();
            assertThat(node.exitValue()).isZero();
            return Files.readString(out, StandardCharsets.UTF_8).strip();
        } finally {
            Files.delete(in);
            Files.delete(out);
        }
    }
}
