package dev.stoa.server.router;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How a message is published. Immutable.
///
/// @param excludeSelf whether the publishing session gets no copy; null for the router's default. No
///     effect without one
/// @param meta further meta keys
/// @param partitionKey advice for sharded buses; null for none
/// @param signal nothing is published if it has fired; null for none
public record PublishOptions(
        @Nullable Boolean excludeSelf,
        Map<String, ?> meta,
        @Nullable String partitionKey,
        @Nullable AbortSignal signal) {
    private static final PublishOptions NONE = new PublishOptions(null, Map.of(), null, null);

    public static PublishOptions none() {
        return NONE;
    }

    public PublishOptions excludingSelf() {
        return withExcludeSelf(true);
    }

    public PublishOptions withExcludeSelf(boolean exclude) {
        return new PublishOptions(exclude, meta, partitionKey, signal);
    }

    public PublishOptions withMeta(Map<String, ?> newMeta) {
        return new PublishOptions(excludeSelf, newMeta, partitionKey, signal);
    }

    public PublishOptions withPartitionKey(String key) {
        return new PublishOptions(excludeSelf, meta, key, signal);
    }

    public PublishOptions unless(AbortSignal aborted) {
        return new PublishOptions(excludeSelf, meta, partitionKey, aborted);
    }
}
