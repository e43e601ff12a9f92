package dev.stoa.server.net;

import dev.stoa.server.port.Timers;
import io.netty.util.HashedWheelTimer;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Timers on a hashed wheel: cheap to set and to cancel, exact to a tick. Thread-safe.
public final class WheelTimers implements Timers {
    private static final int TICK_MILLIS = 10;
    private static final int TICKS_PER_WHEEL = 1024;

    private final HashedWheelTimer wheel = new HashedWheelTimer(
            new DefaultThreadFactory("stoa-timer", true), TICK_MILLIS, TimeUnit.MILLISECONDS, TICKS_PER_WHEEL, false);

    private WheelTimers() {}

    /// Starts a wheel with a thread of its own.
    public static WheelTimers start() {
        return new WheelTimers();
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public long millis() {
        return System.currentTimeMillis();
    }

    @Override
    public Timeout schedule(Duration delay, Runnable task) {
        try {
            var timeout = wheel.newTimeout(_ -> task.run(), delay.toNanos(), TimeUnit.NANOSECONDS);
            return timeout::cancel;
        } catch (IllegalStateException stopped) {
            return () -> {};
        }
    }

    @Override
    public void close() {
        wheel.stop();
    }
}
