package dev.stoa.server.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// What is left of a server's data when it is killed.
final class Killed {
    private Killed() {}

    /// Copies the files as they lie there now, as a killed process leaves them, but for its lock
    /// and the index that SQLite makes anew.
    static void copy(Path from, Path to) {
        try (Stream<Path> files = Files.list(from)) {
            Files.createDirectories(to);
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (!name.contains("lock") && !name.endsWith("-shm")) {
                    Files.copy(file, to.resolve(name));
                }
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
