package dev.stoa.protocol;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What an error says about trying again (router protocol, section 4.3).
///
/// @param retryable whether to retry, or null to follow the code
/// @param afterMs milliseconds to wait before, or null for no hint
/// @param impossible true when the same call can never succeed under the current policy; sent as
///     `retryAfterMs: null`
public record Retry(@Nullable Boolean retryable, @Nullable Long afterMs, boolean impossible) {
    private static final Retry BY_CODE = new Retry(null, null, false);
    private static final Retry YES = new Retry(true, null, false);
    private static final Retry NO = new Retry(false, null, false);
    private static final Retry IMPOSSIBLE = new Retry(false, null, true);

    public Retry {
        if (afterMs != null && afterMs < 0) {
            throw new IllegalArgumentException("retryAfterMs must not be negative: " + afterMs);
        }
        if (impossible && (afterMs != null || Boolean.TRUE.equals(retryable))) {
            throw new IllegalArgumentException("an impossible call has no retry delay and is not retryable");
        }
    }

    /// Follows the error code.
    public static Retry byCode() {
        return BY_CODE;
    }

    /// The peer may retry, at a time of its choosing.
    public static Retry yes() {
        return YES;
    }

    /// The peer must not retry.
    public static Retry no() {
        return NO;
    }

    /// The peer may retry after `delay` (whole milliseconds).
    public static Retry after(Duration delay) {
        return afterMs(delay.toMillis());
    }

    /// The peer may retry after `millis`.
    public static Retry afterMs(long millis) {
        return new Retry(null, millis, false);
    }

    /// No retry of the same call can succeed under the current policy.
    public static Retry never() {
        return IMPOSSIBLE;
    }

    /// The same hint with an explicit answer to whether to retry.
    public Retry withRetryable(boolean value) {
        return new Retry(value, afterMs, impossible);
    }
}
