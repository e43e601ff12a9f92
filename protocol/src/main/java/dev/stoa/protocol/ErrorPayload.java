package dev.stoa.protocol;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The payload of an `ERROR` or `RPC_ERROR` frame (router protocol, section 4.1). Immutable.
///
/// @param code one of [ErrorCode]'s names, or an application's own
/// @param message a text for developers
/// @param details further facts; empty when there are none
/// @param retryable whether the peer may retry; null when the sender did not say
/// @param retryAfterMs milliseconds to wait before a retry; null when not given or impossible
/// @param retryImpossible true when `retryAfterMs` is an explicit null on the wire
public record ErrorPayload(
        String code,
        String message,
        Map<String, Object> details,
        @Nullable Boolean retryable,
        @Nullable Long retryAfterMs,
        boolean retryImpossible) {
    private static final System.Logger LOG = System.getLogger(ErrorPayload.class.getName());
    private static final long EXHAUSTED_RETRY_MS = 100;

    public ErrorPayload {
        if (code.isBlank()) {
            throw new IllegalArgumentException("an error code must not be blank");
        }
        if (retryAfterMs != null && (retryAfterMs < 0 || retryImpossible)) {
            throw new IllegalArgumentException(
                    "retryAfterMs must not be negative, nor given when retry is impossible: " + retryAfterMs);
        }
        details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
    }

    /// Builds what the peer is told: fills in the message and retry fields by code and removes from
    /// `details` whatever must not leave (section 4.4). A retry delay says that the peer may retry,
    /// unless the sender says otherwise. A retry delay on a code that forbids it is left out and logged
    /// as a warning.
    public static ErrorPayload of(
            String code, @Nullable String message, @Nullable Map<String, ?> details, Retry retry) {
        ErrorCode standard = ErrorCode.ofName(code);
        String text = message != null ? message : standard != null ? standard.description() : code;
        Map<String, Object> safe = details == null ? Map.of() : SafeDetails.of(details);
        if (standard == null) {
            return new ErrorPayload(code, text, safe, customRetryable(retry), retry.afterMs(), retry.impossible());
        }
        boolean retryable = retry.retryable() != null ? retry.retryable() : standard.retryable();
        if (!standard.retryAfterAllowed()) {
            if (retry.afterMs() != null || retry.impossible()) {
                LOG.log(System.Logger.Level.WARNING, "retryAfterMs left out: {0} must not carry one", code);
            }
            return new ErrorPayload(code, text, safe, retryable, null, false);
        }
        if (retry.impossible()) {
            return new ErrorPayload(code, text, safe, false, null, true);
        }
        Long afterMs = retry.afterMs();
        if (afterMs != null && retry.retryable() == null) {
            return new ErrorPayload(code, text, safe, true, afterMs, false);
        }
        if (afterMs == null && standard == ErrorCode.RESOURCE_EXHAUSTED && retryable) {
            afterMs = EXHAUSTED_RETRY_MS;
        }
        return new ErrorPayload(code, text, safe, retryable, afterMs, false);
    }

    private static @Nullable Boolean customRetryable(Retry retry) {
        if (retry.retryable() != null) {
            return retry.retryable();
        }
        return retry.afterMs() != null ? Boolean.TRUE : null;
    }
}
