package dev.stoa.server.limit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/// A clock that stands still until told otherwise.
final class SetClock implements InstantSource {
    private final AtomicLong now = new AtomicLong();

    void set(long millis) {
        now.set(millis);
    }

    void advance(Duration time) {
        now.addAndGet(time.toMillis());
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(now.get());
    }

    @Override
    public long millis() {
        return now.get();
    }
}
