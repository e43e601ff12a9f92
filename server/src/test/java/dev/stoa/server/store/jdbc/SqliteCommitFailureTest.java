package dev.stoa.server.store.jdbc;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteCommitFailureTest extends CommitFailureContract {
    @TempDir
    Path directory;

    @Override
    Backend backend() {
        return SqliteBackend.open(SqliteSettings.in(directory));
    }

    @Override
    String blob() {
        return "blob";
    }
}
