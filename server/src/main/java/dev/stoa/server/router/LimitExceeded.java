package dev.stoa.server.router;

import dev.stoa.server.session.Session;
import org.jspecify.annotations.Nullable;

/// A peer went over a limit (router protocol, section 11).
public sealed interface LimitExceeded {
    Session session();

    /// A frame was larger than allowed.
    ///
    /// @param observed bytes of the frame
    /// @param limit bytes allowed
    record Payload(Session session, long observed, long limit) implements LimitExceeded {}

    /// A message cost more than its rate limit had left.
    ///
    /// @param observed the message's cost, in tokens
    /// @param limit the bucket's capacity, in tokens
    /// @param retryAfterMs milliseconds until it could pass; null when it never can
    record Rate(
            Session session,
            long observed,
            long limit,
            @Nullable Long retryAfterMs) implements LimitExceeded {}
}
