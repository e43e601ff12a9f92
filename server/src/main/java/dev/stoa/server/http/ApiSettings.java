package dev.stoa.server.http;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// How the API is run. Immutable.
///
/// @param keys who may ask; empty only where nobody but this machine can reach the API: then anybody may do
///     anything, as long as the request was made to a loopback name and not by a foreign web page
/// @param maxBodyBytes of a request
/// @param maxDocumentBytes of a request that brings a document, or patches of one
/// @param deadline how long an operation may take
public record ApiSettings(
        List<ApiKey> keys,
        ActorHeaders actorHeaders,
        int maxBodyBytes,
        int maxDocumentBytes,
        Duration deadline,
        StreamSettings streams) {
    public ApiSettings {
        keys = List.copyOf(keys);
        Set<String> names = new HashSet<>();
        for (ApiKey key : keys) {
            if (!names.add(key.name())) {
                throw new IllegalArgumentException("there are two API keys of the name " + key.name());
            }
        }
        if (maxBodyBytes < 1024) {
            throw new IllegalArgumentException("maxBodyBytes must be at least 1024: " + maxBodyBytes);
        }
        if (maxDocumentBytes < 1024) {
            throw new IllegalArgumentException("maxDocumentBytes must be at least 1024: " + maxDocumentBytes);
        }
        if (!deadline.isPositive()) {
            throw new IllegalArgumentException("deadline must be above 0: " + deadline);
        }
    }

    public static ApiSettings keyless() {
        return new ApiSettings(
                List.of(),
                ActorHeaders.usual(),
                1_048_576,
                64 * 1_048_576,
                Duration.ofSeconds(35),
                StreamSettings.usual());
    }

    public ApiSettings withKeys(List<ApiKey> newKeys) {
        return new ApiSettings(newKeys, actorHeaders, maxBodyBytes, maxDocumentBytes, deadline, streams);
    }

    public ApiSettings withActorHeaders(ActorHeaders headers) {
        return new ApiSettings(keys, headers, maxBodyBytes, maxDocumentBytes, deadline, streams);
    }

    public ApiSettings withMaxBodyBytes(int bytes) {
        return new ApiSettings(keys, actorHeaders, bytes, maxDocumentBytes, deadline, streams);
    }

    public ApiSettings withMaxDocumentBytes(int bytes) {
        return new ApiSettings(keys, actorHeaders, maxBodyBytes, bytes, deadline, streams);
    }

    public ApiSettings withStreams(StreamSettings settings) {
        return new ApiSettings(keys, actorHeaders, maxBodyBytes, maxDocumentBytes, deadline, settings);
    }
}
