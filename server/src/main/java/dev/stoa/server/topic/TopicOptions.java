package dev.stoa.server.topic;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/// How a topic operation waits and when it gives up (router protocol, section 12.3). Immutable.
///
/// There is no choice between optimistic and settled: an operation returns when it is done.
///
/// @param aborted asked before anything changes; once it says true the operation fails and has changed
///     nothing
/// @param timeout how long to wait for another operation on the same topic
public record TopicOptions(BooleanSupplier aborted, Duration timeout) {
    private static final TopicOptions USUAL = new TopicOptions(() -> false, Duration.ofSeconds(30));

    /// Never given up, waiting up to 30 seconds.
    public static TopicOptions usual() {
        return USUAL;
    }

    public TopicOptions {
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("timeout must not be negative: " + timeout);
        }
    }

    /// Gives up once `signal` says so: `TopicOptions.usual().unless(ctx.abortSignal()::isAborted)`.
    public TopicOptions unless(BooleanSupplier signal) {
        return new TopicOptions(signal, timeout);
    }

    public TopicOptions within(Duration time) {
        return new TopicOptions(aborted, time);
    }
}
