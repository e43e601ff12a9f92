package dev.stoa.server.limit;

import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A [RateLimiter] whose buckets live in this process (router protocol, section 13.2).
///
/// A refill throws away the fraction of a token that was under way, and a denial's delay ignores it: a
/// key may be held back a little longer than its policy says, never let in earlier.
///
/// **Bound.** At most `maxKeys` buckets are kept. Each new key makes room by forgetting a few buckets
/// that would be full again by now, which changes no answer. When there is no room left, the keys
/// that have no bucket share a single one, with the same policy, until buckets have filled up and been
/// forgotten: a flood of invented keys is held to one bucket's rate, and so are the newcomers that
/// arrive during it; known keys notice nothing.
///
/// Thread-safe. A decision takes one short lock of the key's own bucket, allocates only for a new key,
/// and never blocks on anything else.
public final class TokenBuckets implements RateLimiter {
    /// How many keys are kept unless told otherwise.
    public static final int DEFAULT_MAX_KEYS = 100_000;

    private static final int CLEARED_PER_NEWCOMER = 4;
    private static final int CLEARED_WHEN_FULL = 64;

    private final RatePolicy policy;
    private final InstantSource clock;
    private final int maxKeys;
    private final ConcurrentHashMap<String, Bucket> buckets = new ConcurrentHashMap<>();
    private final ClockHand<String, Bucket> hand = new ClockHand<>(buckets);
    private final AtomicInteger keys = new AtomicInteger();
    private final Bucket shared;

    public TokenBuckets(RatePolicy policy, InstantSource clock) {
        this(policy, clock, DEFAULT_MAX_KEYS);
    }

    /// @param maxKeys how many buckets to keep at most, at least 1
    public TokenBuckets(RatePolicy policy, InstantSource clock, int maxKeys) {
        if (maxKeys < 1) {
            throw new IllegalArgumentException("maxKeys must be at least 1: " + maxKeys);
        }
        this.policy = policy;
        this.clock = clock;
        this.maxKeys = maxKeys;
        this.shared = new Bucket(policy, clock.millis());
    }

    @Override
    public RateDecision consume(String key, int cost) {
        if (cost < 0) {
            throw new IllegalArgumentException("cost must not be negative: " + cost);
        }
        while (true) {
            RateDecision decision = bucketOf(key).consume(cost, clock.millis());
            if (decision != null) {
                return decision;
            }
        }
    }

    @Override
    public RatePolicy policy() {
        return policy;
    }

    /// How many buckets are kept, for metrics.
    public int keys() {
        return keys.get();
    }

    private Bucket bucketOf(String key) {
        Bucket known = buckets.get(key);
        if (known != null) {
            return known;
        }
        long now = clock.millis();
        hand.advance(CLEARED_PER_NEWCOMER, (old, bucket) -> forgetIfFull(old, bucket, now));
        if (!takeRoom()) {
            hand.advance(CLEARED_WHEN_FULL, (old, bucket) -> forgetIfFull(old, bucket, now));
            if (!takeRoom()) {
                Bucket late = buckets.get(key);
                return late != null ? late : shared;
            }
        }
        Bucket made = new Bucket(policy, now);
        Bucket other = buckets.putIfAbsent(key, made);
        if (other == null) {
            return made;
        }
        keys.decrementAndGet();
        return other;
    }

    private boolean takeRoom() {
        if (keys.incrementAndGet() <= maxKeys) {
            return true;
        }
        keys.decrementAndGet();
        return false;
    }

    private void forgetIfFull(String key, Bucket bucket, long now) {
        synchronized (bucket) {
            if (bucket.isFull(now) && buckets.remove(key, bucket)) {
                bucket.retired = true;
                keys.decrementAndGet();
            }
        }
    }

    /// One key's tokens. Guarded by itself.
    private static final class Bucket {
        private final RatePolicy policy;
        private long tokens;
        private long lastMillis;
        private boolean retired;

        Bucket(RatePolicy policy, long now) {
            this.policy = policy;
            this.tokens = policy.capacity();
            this.lastMillis = now;
        }

        /// Returns null when the bucket was forgotten in between: look it up again.
        synchronized @Nullable RateDecision consume(int cost, long now) {
            if (retired) {
                return null;
            }
            refill(now);
            if (tokens < cost) {
                Long wait = cost > policy.capacity() ? null : (Long) policy.millisFor(cost - tokens);
                return new RateDecision.Denied(tokens, wait);
            }
            tokens -= cost;
            return new RateDecision.Allowed(tokens);
        }

        /// Looks only: a refill here would throw away a fraction that belongs to the key.
        boolean isFull(long now) {
            return tokens + added(now) >= policy.capacity();
        }

        private void refill(long now) {
            long added = added(now);
            tokens = Math.min(policy.capacity(), tokens + added);
            if (added > 0 || tokens == policy.capacity()) {
                lastMillis = Math.max(now, lastMillis);
            }
        }

        private long added(long now) {
            return Math.min(policy.capacity(), policy.tokensIn(Math.max(0, now - lastMillis)));
        }
    }
}
