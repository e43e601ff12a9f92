package dev.stoa.server.limit;

import org.jspecify.annotations.Nullable;

/// What a [RateLimiter] says to one request. Immutable.
public sealed interface RateDecision {
    /// Tokens left in the bucket, rounded down.
    long remaining();

    /// The cost was taken.
    record Allowed(long remaining) implements RateDecision {}

    /// Nothing was taken.
    ///
    /// @param retryAfterMs milliseconds after which the same request can succeed, never too few unless
    ///     others take from the same bucket meanwhile; null when it costs more than a full bucket holds
    ///     and so never can
    record Denied(long remaining, @Nullable Long retryAfterMs) implements RateDecision {}
}
