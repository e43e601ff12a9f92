/// Typed messages: contracts are registered with handlers, and every inbound frame is validated, passed
/// through middleware and handled (router protocol, sections 3 to 15).
///
/// An application makes a [dev.stoa.server.router.Router] and registers handlers; each connection then
/// has a conversation, whose lane starts handlers in arrival order. What a handler can do is on its
/// [dev.stoa.server.router.Context].
///
/// The invariant: a call is answered at most once, by whatever answers first.
///
/// Start reading at [dev.stoa.server.router.Router].
@NullMarked
package dev.stoa.server.router;

import org.jspecify.annotations.NullMarked;
