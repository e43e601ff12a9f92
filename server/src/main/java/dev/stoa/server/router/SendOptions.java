package dev.stoa.server.router;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How a message is sent. Immutable.
///
/// @param meta further meta keys; the type's extended meta, or an own `timestamp`
/// @param correlationId the id of a request this answers in the older request style; null for none
/// @param inheritCorrelationId whether to take the id of the message being handled
/// @param signal nothing is sent if it has fired; null for none
public record SendOptions(
        Map<String, ?> meta,
        @Nullable String correlationId,
        boolean inheritCorrelationId,
        @Nullable AbortSignal signal) {
    private static final SendOptions NONE = new SendOptions(Map.of(), null, false, null);

    public static SendOptions none() {
        return NONE;
    }

    public SendOptions withMeta(Map<String, ?> newMeta) {
        return new SendOptions(newMeta, correlationId, inheritCorrelationId, signal);
    }

    public SendOptions withCorrelationId(String id) {
        return new SendOptions(meta, id, inheritCorrelationId, signal);
    }

    public SendOptions inheritingCorrelationId() {
        return new SendOptions(meta, correlationId, true, signal);
    }

    public SendOptions unless(AbortSignal aborted) {
        return new SendOptions(meta, correlationId, inheritCorrelationId, aborted);
    }
}
