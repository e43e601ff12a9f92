package dev.stoa.server.limit;

/// How much a key may do: a bucket of `capacity` tokens that refills steadily (router protocol, section
/// 13.1). Immutable.
///
/// @param capacity tokens of a full bucket, at least 1
/// @param tokensPerSecond refill, above 0 and finite
/// @param prefix put before each key in storage that several policies share, without separator; may be
///     empty
public record RatePolicy(int capacity, double tokensPerSecond, String prefix) {
    public RatePolicy {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity must be at least 1: " + capacity);
        }
        if (!(tokensPerSecond > 0) || Double.isInfinite(tokensPerSecond)) {
            throw new IllegalArgumentException("tokensPerSecond must be above 0 and finite: " + tokensPerSecond);
        }
    }

    public static RatePolicy of(int capacity, double tokensPerSecond) {
        return new RatePolicy(capacity, tokensPerSecond, "");
    }

    /// The key under which shared storage keeps the bucket of `key`.
    public String storageKey(String key) {
        return prefix + key;
    }

    /// Milliseconds until `missing` tokens have come in, rounded up.
    long millisFor(long missing) {
        return (long) Math.ceil(missing / tokensPerSecond * 1000);
    }

    /// Whole tokens that come in during `millis`.
    long tokensIn(long millis) {
        return (long) Math.floor(millis * tokensPerSecond / 1000);
    }
}
