package dev.stoa.server.document;

import dev.stoa.server.document.lww.LwwLimits;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How an instance of documents behaves. Immutable.
///
/// @param name of the instance, 1 to 64 characters; where its documents are kept depends on it
/// @param databaseName the store's name, where a server has several; null for its usual one
/// @param limits of each document
/// @param maxSessions connections to one document at once
/// @param idleTimeout how long a document that nobody is connected to stays in memory
/// @param saveThrottle where there is a [DocumentStorage]: so long after its first change a document is
///     saved there, and never more often
/// @param keptEdits so many edits stay in the log behind the state they led to; at least
/// @param tombstones what becomes of deleted records
/// @param repliesToReaders whether a session that may only read is told the truth where it has edited
public record DocumentsOptions(
        String name,
        @Nullable String databaseName,
        LwwLimits limits,
        int maxSessions,
        Duration idleTimeout,
        Duration saveThrottle,
        int keptEdits,
        Tombstones tombstones,
        boolean repliesToReaders) {
    private static final int MAX_NAME_LENGTH = 64;
    private static final Pattern DATABASE = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,47}");

    public DocumentsOptions {
        if (name.isBlank() || name.length() > MAX_NAME_LENGTH) {
            throw new IllegalArgumentException(
                    "an instance's name has 1 to " + MAX_NAME_LENGTH + " characters: " + name);
        }
        if (databaseName != null && !DATABASE.matcher(databaseName).matches()) {
            throw new IllegalArgumentException(
                    "database names are 1 to 48 letters, digits, '.', '_' or '-', and begin with no '.': "
                            + databaseName);
        }
        if (maxSessions < 1 || keptEdits < 0) {
            throw new IllegalArgumentException(
                    "a document has " + maxSessions + " sessions at most and keeps " + keptEdits + " edits");
        }
        if (idleTimeout.isNegative() || saveThrottle.isNegative()) {
            throw new IllegalArgumentException(
                    "documents are idle for " + idleTimeout + " and saved after " + saveThrottle);
        }
    }

    /// The usual limits, 10,000 sessions, 30 seconds until it is idle, 10 seconds until it is saved,
    /// 1000 edits; tombstones are kept, and readers are not replied to.
    public static DocumentsOptions named(String name) {
        return new DocumentsOptions(
                name,
                null,
                LwwLimits.usual(),
                10_000,
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                1000,
                Tombstones.kept(),
                false);
    }

    public DocumentsOptions withDatabaseName(String database) {
        return new DocumentsOptions(
                name,
                database,
                limits,
                maxSessions,
                idleTimeout,
                saveThrottle,
                keptEdits,
                tombstones,
                repliesToReaders);
    }

    public DocumentsOptions withLimits(LwwLimits newLimits) {
        return new DocumentsOptions(
                name,
                databaseName,
                newLimits,
                maxSessions,
                idleTimeout,
                saveThrottle,
                keptEdits,
                tombstones,
                repliesToReaders);
    }

    public DocumentsOptions withMaxSessions(int most) {
        return new DocumentsOptions(
                name, databaseName, limits, most, idleTimeout, saveThrottle, keptEdits, tombstones, repliesToReaders);
    }

    public DocumentsOptions withIdleTimeout(Duration timeout) {
        return new DocumentsOptions(
                name,
                databaseName,
                limits,
                maxSessions,
                timeout,
                saveThrottle,
                keptEdits,
                tombstones,
                repliesToReaders);
    }

    public DocumentsOptions withSaveThrottle(Duration time) {
        return new DocumentsOptions(
                name, databaseName, limits, maxSessions, idleTimeout, time, keptEdits, tombstones, repliesToReaders);
    }

    public DocumentsOptions withKeptEdits(int edits) {
        return new DocumentsOptions(
                name,
                databaseName,
                limits,
                maxSessions,
                idleTimeout,
                saveThrottle,
                edits,
                tombstones,
                repliesToReaders);
    }

    public DocumentsOptions withTombstones(Tombstones policy) {
        return new DocumentsOptions(
                name,
                databaseName,
                limits,
                maxSessions,
                idleTimeout,
                saveThrottle,
                keptEdits,
                policy,
                repliesToReaders);
    }

    /// After the ack of an edit that was not applied, because the session may only read, it is sent what the
    /// document has there, so that its screen does not stay wrong. An edit that a session makes just as it
    /// is allowed to write may be hidden from its own screen by such a reply, until it is changed again.
    /// What was edited offline is not replied to.
    public DocumentsOptions replyingToReaders() {
        return new DocumentsOptions(
                name, databaseName, limits, maxSessions, idleTimeout, saveThrottle, keptEdits, tombstones, true);
    }
}
