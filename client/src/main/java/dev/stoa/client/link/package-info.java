/// One WebSocket made safe to use: the JDK's socket with its sharp edges covered.
///
/// A [dev.stoa.client.link.Link] puts fragments together within a limit, writes one message at a time
/// from a bounded outbox, stops reading when the application is behind, notices a dead peer by pings,
/// and ends exactly once, whatever the close handshake does. It knows text, not messages; the package
/// above gives the text its meaning. [dev.stoa.client.link.Connector] and
/// [dev.stoa.client.link.Scheduler] are the two doors to the outside: the network and the time.
///
/// The invariant: after `Owner.closed` nothing of a link is left, neither timer nor callback.
///
/// Start reading at [dev.stoa.client.link.Link].
@NullMarked
package dev.stoa.client.link;

import org.jspecify.annotations.NullMarked;
