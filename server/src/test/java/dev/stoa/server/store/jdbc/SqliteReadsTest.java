package dev.stoa.server.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.server.store.StoreException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteReadsTest extends ReadsContract {
    @TempDir
    Path directory;

    private boolean opened;

    private SqliteSettings settings(Duration readTimeout, int maxWaiting) {
        return new SqliteSettings(
                directory, 2, maxWaiting, readTimeout, Duration.ofSeconds(5), Long.MAX_VALUE, WriteLimits.USUAL);
    }

    @Override
    Backend backend(Duration readTimeout) {
        SqliteSettings settings = settings(readTimeout, 100);
        if (!opened) {
            opened = true;
            return SqliteBackend.open(settings);
        }
        try {
            // the directory is locked by the first: more readers of the same file
            return new MoreReaders(SqliteReads.open(new SqliteFile(settings), settings));
        } catch (java.sql.SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    String slowQuery() {
        return "with recursive c(x) as (select 1 union all select x + 1 from c) select max(x) from c";
    }

    @Override
    String timeoutMessage() {
        return "took longer than PT0.4S";
    }

    @Test
    void moreWaitingReadsThanTheLimitFailAtOnce() throws Exception {
        JdbcStore.sqlite(directory.resolve("other")).close();
        SqliteSettings settings = new SqliteSettings(
                directory.resolve("other"),
                1,
                1,
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                Long.MAX_VALUE,
                WriteLimits.USUAL);
        CountDownLatch done = new CountDownLatch(1);
        try (Reads reads = SqliteReads.open(new SqliteFile(settings), settings);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<Boolean>> reading = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                reading.add(CompletableFuture.supplyAsync(
                        () -> reads.read(_ -> {
                            try {
                                return done.await(30, TimeUnit.SECONDS);
                            } catch (InterruptedException e) {
                                throw new AssertionError(e);
                            }
                        }),
                        threads));
            }
            // two of four are refused, which two is open
            var refused = new ArrayList<String>();
            while (refused.size() < 2) {
                refused.clear();
                for (CompletableFuture<Boolean> read : reading) {
                    if (read.isCompletedExceptionally()) {
                        refused.add(message(read));
                    }
                }
                Thread.onSpinWait();
            }
            done.countDown();

            assertThat(refused)
                    .allSatisfy(message ->
                            assertThat(message).contains("1 reads of").contains("wait already, and that is the limit"));
            assertThat(reading.stream().filter(read -> !read.isCompletedExceptionally()))
                    .allSatisfy(read -> assertThat(
                                    read.orTimeout(30, TimeUnit.SECONDS).join())
                            .isTrue());
        }
    }

    private static String message(CompletableFuture<?> failed) {
        try {
            failed.join();
            return "";
        } catch (CompletionException e) {
            return e.getCause().getMessage();
        }
    }

    private record MoreReaders(Reads reads) implements Backend {
        @Override
        public java.sql.Connection connectWriter() {
            throw new AssertionError("it has readers only");
        }

        @Override
        public StoreException failure(String doing, Throwable cause) {
            return new StoreException(doing, cause);
        }

        @Override
        public void close() {
            reads.close();
        }
    }
}
