package dev.stoa.server.store.jdbc;

import java.nio.file.Path;
import java.time.Duration;

/// Where and how a store on SQLite keeps its file. Immutable.
///
/// @param directory holds the database `stoa.db`, its journal and the lock `stoa.lock`; made when missing
/// @param readers threads that read, each with a connection of its own; 1 to 64
/// @param maxWaitingReads beyond so many waiting reads a further one fails at once
/// @param readTimeout how long a read may take, its wait for a thread included
/// @param lockTimeout how long to wait while another program holds the database
/// @param maxFileBytes writes fail when the database would grow beyond; at least 1 MiB
public record SqliteSettings(
        Path directory,
        int readers,
        int maxWaitingReads,
        Duration readTimeout,
        Duration lockTimeout,
        long maxFileBytes,
        WriteLimits limits) {
    public SqliteSettings {
        if (readers < 1 || readers > 64) {
            throw new IllegalArgumentException("readers are 1 to 64, not " + readers);
        }
        if (maxWaitingReads < 1) {
            throw new IllegalArgumentException("at least one read may wait, not " + maxWaitingReads);
        }
        if (!readTimeout.isPositive() || !lockTimeout.isPositive()) {
            throw new IllegalArgumentException("timeouts are positive, not " + readTimeout + ", " + lockTimeout);
        }
        if (maxFileBytes < 1 << 20) {
            throw new IllegalArgumentException("a database needs at least 1048576 bytes, not " + maxFileBytes);
        }
    }

    /// What suits most: four readers, 30 s for reads, 5 s for foreign locks, no limit but the disk.
    public static SqliteSettings in(Path directory) {
        return new SqliteSettings(
                directory, 4, 10_000, Duration.ofSeconds(30), Duration.ofSeconds(5), Long.MAX_VALUE, WriteLimits.USUAL);
    }

    public SqliteSettings withLimits(WriteLimits limits) {
        return new SqliteSettings(directory, readers, maxWaitingReads, readTimeout, lockTimeout, maxFileBytes, limits);
    }

    public SqliteSettings withMaxFileBytes(long maxFileBytes) {
        return new SqliteSettings(directory, readers, maxWaitingReads, readTimeout, lockTimeout, maxFileBytes, limits);
    }

    public SqliteSettings withLockTimeout(Duration lockTimeout) {
        return new SqliteSettings(directory, readers, maxWaitingReads, readTimeout, lockTimeout, maxFileBytes, limits);
    }
}
