/// What keeps one peer from taking everybody's share: rates, connection counts, origins, and patience
/// with peers that keep coming back (router protocol, sections 7.2 and 13).
///
/// Nothing here knows sockets or protocols. An edge asks before it lets something in:
/// [dev.stoa.server.limit.OriginPolicy], [dev.stoa.server.limit.ReconnectDamper] and
/// [dev.stoa.server.limit.ConnectionLimits] at the handshake, [dev.stoa.server.limit.RateLimiter] for
/// each message. Answers are values; what a peer is told about them is the edge's business.
///
/// The invariant: every table that peers can grow has a bound, and reaching it never makes a limit
/// weaker than its Javadoc says.
///
/// Start reading at [dev.stoa.server.limit.RateLimiter].
@NullMarked
package dev.stoa.server.limit;

import org.jspecify.annotations.NullMarked;
