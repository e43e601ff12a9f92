package dev.stoa.client;

import dev.stoa.client.error.ConnectFailedException;
import java.time.Duration;

/// Decides whether the client comes back after a connection was lost or refused, beside [Reconnect], which
/// says when.
///
/// Asked on the client's threads, for one loss at a time: must not block. What it throws is logged, and the
/// client comes back.
public interface ReturnRule {
    /// What follows the end of an open connection.
    Verdict closed(Closure closure);

    /// What follows an attempt that led to no connection.
    Verdict refused(ConnectFailedException failure);

    /// What the client does next.
    sealed interface Verdict {
        /// Tries again, if [Reconnect] allows it and by its delay.
        ///
        /// @param atLeast waits at least so long
        record ComeBack(Duration atLeast) implements Verdict {
            public ComeBack {
                if (atLeast.isNegative()) {
                    throw new IllegalArgumentException("a wait must not be negative: " + atLeast);
                }
            }
        }

        /// Stays closed until asked to connect again.
        record StayAway() implements Verdict {}
    }

    /// Always comes back, whatever the close code.
    static ReturnRule always() {
        return new ReturnRule() {
            @Override
            public Verdict closed(Closure closure) {
                return new Verdict.ComeBack(Duration.ZERO);
            }

            @Override
            public Verdict refused(ConnectFailedException failure) {
                return new Verdict.ComeBack(Duration.ZERO);
            }
        };
    }
}
