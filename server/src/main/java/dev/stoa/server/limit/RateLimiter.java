package dev.stoa.server.limit;

/// Meters requests by key against one [RatePolicy] (router protocol, section 13).
///
/// The port with an implementation per place where buckets live; [TokenBuckets] keeps them in memory.
/// All follow one arithmetic, so that moving from one to another changes no answer:
///
/// 1. `add = floor(elapsed * tokensPerSecond)`, where time that runs backwards counts as none;
/// 2. `tokens = min(capacity, tokens + add)`, and when `add > 0` or the bucket is full its clock is set
/// to now, for a full bucket saves no time up;
/// 3. a cost above `tokens` is denied and takes nothing, else it is taken.
///
/// Implementations are thread-safe and decide atomically per key, in the order of arrival. One that asks
/// another process blocks its caller: call it from a virtual thread.
public interface RateLimiter {
    /// Takes `cost` tokens from the bucket of `key`, or says why not.
    ///
    /// @param cost tokens, not negative; 0 is always allowed
    /// @throws IllegalArgumentException when `cost` is negative
    RateDecision consume(String key, int cost);

    RatePolicy policy();
}
