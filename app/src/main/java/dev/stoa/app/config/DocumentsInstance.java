package dev.stoa.app.config;

import dev.stoa.app.config.Instance.KeySource;
import dev.stoa.server.document.DocumentsOptions;
import dev.stoa.server.document.lww.LwwLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// An instance of documents, in the words of its configuration.
///
/// @param databaseName which of the configuration's databases keeps it; null for the usual store
/// @param path where its sockets connect
/// @param refuseAtHandshake whether who may not come in is told by an HTTP status
/// @param maxMessageBytes the largest message
/// @param repliesToReaders whether who may only read is told the truth where he has edited
/// @param tokenKeys what its tokens are checked with; at least one
public record DocumentsInstance(
        String name,
        @Nullable String databaseName,
        String path,
        boolean refuseAtHandshake,
        int maxMessageBytes,
        int maxSessions,
        Duration idleTimeout,
        int keptEdits,
        boolean repliesToReaders,
        Tombstones tombstones,
        LwwLimits limits,
        Snapshots snapshots,
        List<KeySource> tokenKeys) {

    /// What becomes of deleted records.
    ///
    /// @param newcomers whether clients that come for the first time are sent them
    /// @param keptFor null for ever
    public record Tombstones(boolean newcomers, @Nullable Duration keptFor) {
        dev.stoa.server.document.Tombstones toPolicy() {
            return new dev.stoa.server.document.Tombstones(newcomers, keptFor);
        }
    }

    /// Copies beside the log.
    ///
    /// @param folder null for none
    /// @param throttle how long after a change at the latest
    public record Snapshots(@Nullable Path folder, Duration throttle) {
        public Snapshots {
            Configuration.positive("throttle", throttle);
        }
    }

    public DocumentsInstance {
        if (name == null) {
            throw new IllegalArgumentException("name is missing");
        }
        if (!path.matches("(/[A-Za-z0-9._~-]+)+")) {
            throw new IllegalArgumentException("path must be like /documents: " + path);
        }
        Configuration.inRange("maxMessageBytes", maxMessageBytes, 1024, 1 << 30);
        Configuration.positive("idleTimeout", idleTimeout);
        tokenKeys = List.copyOf(tokenKeys);
        if (tokenKeys.isEmpty()) {
            throw new IllegalArgumentException(
                    "documents " + name + " have no tokenKeys, so nobody could come in: name a key");
        }
        KeySource.requireDistinct(tokenKeys);
        var _ = options(name, databaseName, maxSessions, idleTimeout, keptEdits, tombstones, limits);
    }

    /// What the instance does.
    public DocumentsOptions toOptions() {
        DocumentsOptions options = options(name, databaseName, maxSessions, idleTimeout, keptEdits, tombstones, limits)
                .withSaveThrottle(snapshots.throttle);
        return repliesToReaders ? options.replyingToReaders() : options;
    }

    private static DocumentsOptions options(
            String name,
            @Nullable String databaseName,
            int maxSessions,
            Duration idleTimeout,
            int keptEdits,
            Tombstones tombstones,
            LwwLimits limits) {
        DocumentsOptions options = DocumentsOptions.named(name)
                .withMaxSessions(maxSessions)
                .withIdleTimeout(idleTimeout)
                .withKeptEdits(keptEdits)
                .withTombstones(tombstones.toPolicy())
                .withLimits(limits);
        return databaseName == null ? options : options.withDatabaseName(databaseName);
    }

    DocumentsInstance resolvedIn(Path folder) {
        Path copies = snapshots.folder;
        return new DocumentsInstance(
                name,
                databaseName,
                path,
                refuseAtHandshake,
                maxMessageBytes,
                maxSessions,
                idleTimeout,
                keptEdits,
                repliesToReaders,
                tombstones,
                limits,
                new Snapshots(copies == null ? null : folder.resolve(copies), snapshots.throttle),
                tokenKeys.stream().map(key -> key.resolvedIn(folder)).toList());
    }

    /// Tokens, addresses and files of two instances must not be mistaken for each other's, be they of
    /// documents or of rooms.
    static void requireDistinct(List<DocumentsInstance> documents, List<Instance> rooms) {
        Set<String> names = new HashSet<>();
        Set<String> paths = new HashSet<>();
        Set<Path> folders = new HashSet<>();
        rooms.forEach(instance -> {
            names.add(instance.name());
            paths.add(instance.path());
        });
        for (DocumentsInstance instance : documents) {
            if (!names.add(instance.name)) {
                throw new IllegalArgumentException("there are two instances " + instance.name);
            }
            if (!paths.add(instance.path)) {
                throw new IllegalArgumentException("documents " + instance.name
                        + " have the same path as another instance: " + instance.path + "; give them one of their own");
            }
            Path folder = instance.snapshots.folder;
            if (folder != null && !folders.add(folder.normalize())) {
                throw new IllegalArgumentException(
                        "documents " + instance.name + " have the same folder for snapshots as others: " + folder);
            }
        }
    }

    static void requireKnownDatabases(List<DocumentsInstance> documents, Set<String> known) {
        documents.stream()
                .filter(instance -> instance.databaseName != null)
                .forEach(instance -> Instance.requireKnownDatabase(
                        "documents " + instance.name + " name", Objects.requireNonNull(instance.databaseName), known));
    }
}
