package dev.stoa.yjs;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Failing cases of random tests. Those of this run go to `target/kept`; those under
/// `src/test/resources` are tried first in every run. For one test.
final class Kept {
    private static final int MOST = 10;

    private final String resource;
    private final List<String> failures = new ArrayList<>();

    /// @param resource one case a line, lines with `#` left out
    Kept(String resource) {
        this.resource = resource;
    }

    List<String> cases() {
        try (InputStream in = Kept.class.getResourceAsStream("/" + resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Notes a failing case: the line that repeats it, and what it comes to when shrunk. After some,
    /// gives up.
    void add(String line, String shown) {
        Path directory = Path.of("target", "kept");
        Path file = directory.resolve(resource);
        try {
            Files.createDirectories(directory);
            List<String> lines = new ArrayList<>(Files.exists(file) ? Files.readAllLines(file) : List.of());
            lines.add("# " + shown.replace("\n", "\n# "));
            lines.add(line);
            Files.write(file, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        failures.add(line + "\n" + shown);
        if (failures.size() == MOST) {
            check();
        }
    }

    /// Fails with all that was added.
    void check() {
        if (!failures.isEmpty()) {
            throw new AssertionError(failures.size() + " failing cases, kept in target/kept/" + resource + ":\n"
                    + String.join("\n\n", failures));
        }
    }
}
