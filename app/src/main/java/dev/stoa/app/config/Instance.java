package dev.stoa.app.config;

import dev.stoa.server.room.Lifecycle;
import dev.stoa.server.room.Observability;
import dev.stoa.server.room.PlacementHints;
import dev.stoa.server.room.Retention;
import dev.stoa.server.room.RoomLimits;
import dev.stoa.server.room.RoomsOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// An instance of rooms, in the words of its configuration.
///
/// @param databaseName which of the configuration's databases keeps it; null for the usual store
/// @param path where its sockets connect
/// @param tokenKeys what its tokens are checked with; the first signs, if it can. Empty for a key that dies with
///     the process
public record Instance(
        String name,
        String namespace,
        @Nullable String databaseName,
        @Nullable String binding,
        String path,
        int historyLimit,
        int presenceTtlSeconds,
        LifecycleSeconds lifecycle,
        boolean autoResolveUser,
        boolean allowAnonymous,
        Observability observability,
        PlacementHints placement,
        Kept history,
        RoomLimits limits,
        Duration idempotencyTtl,
        Duration awarenessTtl,
        Duration hookTimeout,
        List<KeySource> tokenKeys) {

    /// How rooms rest and end.
    public record LifecycleSeconds(int idleTtlSeconds, int destroyTtlSeconds, boolean allowRecreate) {
        Lifecycle toLifecycle() {
            return new Lifecycle(
                    Duration.ofSeconds(idleTtlSeconds), Duration.ofSeconds(destroyTtlSeconds), allowRecreate);
        }
    }

    /// How much history is kept; null for all.
    public record Kept(
            @Nullable Integer maxRecords, @Nullable Integer maxAgeSeconds) {
        Retention toRetention() {
            return new Retention(maxRecords, maxAgeSeconds == null ? null : Duration.ofSeconds(maxAgeSeconds));
        }
    }

    /// Where a key for tokens is found: a secret for HS256 in an environment variable, or a PEM file for ES256.
    public record KeySource(
            String kid,
            @Nullable String secretVariable,
            @Nullable Path pem) {
        public KeySource {
            if (kid == null || (secretVariable == null) == (pem == null)) {
                throw new IllegalArgumentException("a token key needs kid, and either secretVariable or pem");
            }
        }

        KeySource resolvedIn(Path folder) {
            return pem == null ? this : new KeySource(kid, null, folder.resolve(pem));
        }

        static void requireDistinct(List<KeySource> keys) {
            Set<String> kids = new HashSet<>();
            for (KeySource key : keys) {
                if (!kids.add(key.kid)) {
                    throw new IllegalArgumentException("there are two token keys of the kid " + key.kid);
                }
            }
        }
    }

    public Instance {
        if (name == null) {
            throw new IllegalArgumentException("name is missing");
        }
        if (!path.matches("(/[A-Za-z0-9._~-]+)+")) {
            throw new IllegalArgumentException("path must be like /rooms: " + path);
        }
        tokenKeys = List.copyOf(tokenKeys);
        KeySource.requireDistinct(tokenKeys);
        Configuration.positive("idempotencyTtl", idempotencyTtl);
        Configuration.positive("awarenessTtl", awarenessTtl);
        Configuration.positive("hookTimeout", hookTimeout);
        RoomsOptions checked = options(name, namespace, historyLimit, presenceTtlSeconds, lifecycle, history);
        if (databaseName != null) {
            checked.withDatabaseName(databaseName);
        }
    }

    /// What the instance does.
    public RoomsOptions toOptions() {
        RoomsOptions options = options(name, namespace, historyLimit, presenceTtlSeconds, lifecycle, history)
                .withAutoResolveUser(autoResolveUser)
                .withObservability(observability)
                .withPlacement(placement)
                .withLimits(limits)
                .withIdempotencyTtl(idempotencyTtl)
                .withAwarenessTtl(awarenessTtl)
                .withHookTimeout(hookTimeout);
        options = databaseName == null ? options : options.withDatabaseName(databaseName);
        options = binding == null ? options : options.withBinding(binding);
        return allowAnonymous ? options.allowingAnonymous() : options;
    }

    private static RoomsOptions options(
            String name,
            String namespace,
            int historyLimit,
            int presenceTtlSeconds,
            LifecycleSeconds lifecycle,
            Kept history) {
        return RoomsOptions.named(name)
                .inNamespace(namespace)
                .withHistoryLimit(historyLimit)
                .withPresenceTtl(Duration.ofSeconds(presenceTtlSeconds))
                .withLifecycle(lifecycle.toLifecycle())
                .withHistory(history.toRetention());
    }

    Instance resolvedIn(Path folder) {
        List<KeySource> keys =
                tokenKeys.stream().map(key -> key.resolvedIn(folder)).toList();
        return new Instance(
                name,
                namespace,
                databaseName,
                binding,
                path,
                historyLimit,
                presenceTtlSeconds,
                lifecycle,
                autoResolveUser,
                allowAnonymous,
                observability,
                placement,
                history,
                limits,
                idempotencyTtl,
                awarenessTtl,
                hookTimeout,
                keys);
    }

    /// A name that nothing is known of is a misspelling, and would begin an empty database.
    static void requireKnownDatabases(List<Instance> instances, Set<String> known) {
        for (Instance instance : instances) {
            if (instance.databaseName != null) {
                requireKnownDatabase("instance " + instance.name + " names", instance.databaseName, known);
            }
        }
    }

    static void requireKnownDatabase(String whoNames, String database, Set<String> known) {
        if (!known.contains(database)) {
            throw new IllegalArgumentException(whoNames + " the database " + database + ", which is not under databases"
                    + (known.isEmpty() ? "" : "; known: " + String.join(", ", new TreeSet<>(known))));
        }
    }

    static void requireDistinct(List<Instance> instances) {
        Set<String> names = new HashSet<>();
        Set<String> paths = new HashSet<>();
        for (Instance instance : instances) {
            if (!names.add(instance.namespace + "/" + instance.name)) {
                throw new IllegalArgumentException(
                        "there are two instances " + instance.namespace + "/" + instance.name);
            }
            if (!paths.add(instance.path)) {
                throw new IllegalArgumentException("instance " + instance.name + " has the same path as another: "
                        + instance.path + "; give it one of its own");
            }
        }
    }
}
