package dev.stoa.client;

import dev.stoa.protocol.Json;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What a request carries beside its payload. Immutable; start with [#none] and add.
///
/// @param timeout time for the answer, counted from the call even while the request is queued, and not
///     extended by progress; null for the client's default
/// @param meta further meta keys; see [SendOptions]
/// @param correlationId the request's id, unique among those waiting; null for a random one
/// @param progress called in order for each progress report before the answer; null for none
/// @param cancel cancels the request; null for none
/// @param queueing whether the request may wait in the queue while the connection is not open
public record RequestOptions(
        @Nullable Duration timeout,
        Map<String, ?> meta,
        @Nullable String correlationId,
        @Nullable Consumer<JsonNode> progress,
        @Nullable CancelToken cancel,
        boolean queueing) {
    private static final RequestOptions NONE = new RequestOptions(null, Map.of(), null, null, null, true);

    public RequestOptions {
        meta = Map.copyOf(meta);
        if (timeout != null && (timeout.isNegative() || timeout.isZero())) {
            throw new IllegalArgumentException("timeout must be positive: " + timeout);
        }
        if (correlationId != null && correlationId.isBlank()) {
            throw new IllegalArgumentException("correlationId must not be blank");
        }
    }

    public static RequestOptions none() {
        return NONE;
    }

    public static RequestOptions within(Duration timeout) {
        return NONE.withTimeout(timeout);
    }

    public RequestOptions withTimeout(Duration value) {
        return new RequestOptions(value, meta, correlationId, progress, cancel, queueing);
    }

    public RequestOptions withMeta(Map<String, ?> value) {
        return new RequestOptions(timeout, value, correlationId, progress, cancel, queueing);
    }

    public RequestOptions withCorrelationId(String value) {
        return new RequestOptions(timeout, meta, value, progress, cancel, queueing);
    }

    public RequestOptions onProgress(Consumer<JsonNode> value) {
        return new RequestOptions(timeout, meta, correlationId, value, cancel, queueing);
    }

    /// As [#onProgress(Consumer)], with reports bound to a class by the protocol's strict JSON rules. A
    /// report that does not fit is reported to `onError` as `VALIDATION`.
    public <T> RequestOptions onProgress(Class<T> type, Consumer<T> value) {
        return onProgress(data -> value.accept(Json.mapper().treeToValue(data, type)));
    }

    public RequestOptions cancelledBy(CancelToken value) {
        return new RequestOptions(timeout, meta, correlationId, progress, value, queueing);
    }

    /// The request fails at once, as `NOT_OPEN`, instead of waiting for the connection to open and for its
    /// queued messages to go out.
    public RequestOptions withoutQueueing() {
        return new RequestOptions(timeout, meta, correlationId, progress, cancel, false);
    }
}
