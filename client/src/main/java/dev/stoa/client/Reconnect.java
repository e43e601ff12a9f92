package dev.stoa.client;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// When to try again after a connection was lost or refused (router protocol, section 16.3). Immutable.
///
/// The wait before retry n, counted from 1, is `min(maxDelay, initialDelay * 2^(n-1))`, in whole
/// milliseconds; full jitter picks evenly between zero and that. Every open connection sets n back to
/// zero. No close code stops it, unless a [ReturnRule] says so; `close()` and `maxAttempts` do.
///
/// @param enabled false never to retry
/// @param maxAttempts retries in a row after which the client stays closed
/// @param initialDelay wait before the first retry
/// @param maxDelay longest wait
/// @param jitter whether waits are spread at random, so that a thousand clients do not return at once
public record Reconnect(boolean enabled, int maxAttempts, Duration initialDelay, Duration maxDelay, Jitter jitter) {
    /// How waits are spread.
    public enum Jitter {
        FULL,
        NONE
    }

    public Reconnect {
        if (maxAttempts < 0) {
            throw new IllegalArgumentException("maxAttempts must not be negative: " + maxAttempts);
        }
        if (initialDelay.isNegative() || maxDelay.isNegative()) {
            throw new IllegalArgumentException("delays must not be negative: " + initialDelay + ", " + maxDelay);
        }
    }

    /// For ever, after 300 ms at first and 10 s at most, with full jitter: the default.
    public static Reconnect standard() {
        return new Reconnect(true, Integer.MAX_VALUE, Duration.ofMillis(300), Duration.ofSeconds(10), Jitter.FULL);
    }

    public static Reconnect off() {
        return new Reconnect(false, 0, Duration.ZERO, Duration.ZERO, Jitter.NONE);
    }

    public Reconnect withMaxAttempts(int value) {
        return new Reconnect(enabled, value, initialDelay, maxDelay, jitter);
    }

    public Reconnect withDelays(Duration initial, Duration max) {
        return new Reconnect(enabled, maxAttempts, initial, max, jitter);
    }

    public Reconnect withJitter(Jitter value) {
        return new Reconnect(enabled, maxAttempts, initialDelay, maxDelay, value);
    }

    boolean allowsAfter(int retries) {
        return enabled && retries < maxAttempts;
    }

    /// The wait before a retry.
    ///
    /// @param retry counted from 1
    public Duration delay(int retry, RandomGenerator random) {
        long max = maxDelay.toMillis();
        long millis = Math.min(max, initialDelay.toMillis());
        for (int n = 1; n < retry && millis > 0 && millis < max; n++) {
            millis = millis > max / 2 ? max : millis * 2;
        }
        return Duration.ofMillis(jitter == Jitter.NONE ? millis : random.nextLong(millis + 1));
    }
}
