/// Sockets seen from inside: encode once, write to many.
///
/// A [dev.stoa.server.delivery.Frame] is a message encoded for the wire. It reaches one socket through
/// that socket's [dev.stoa.server.delivery.Outlet], or many through an
/// [dev.stoa.server.delivery.Audience], the listeners of one topic on one event loop. What is sent in
/// one turn of a loop leaves in one write for each socket, at the end of the turn and never later.
///
/// The invariant: a socket's frames leave in the order of the calls that sent them, whether sent to it
/// alone or to an audience it sits in. Between two audiences nothing is promised.
///
/// Start reading at [dev.stoa.server.delivery.DeliveryLoop].
@NullMarked
package dev.stoa.server.delivery;

import org.jspecify.annotations.NullMarked;
