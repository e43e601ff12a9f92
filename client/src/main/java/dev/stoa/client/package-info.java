/// The client for Java applications: typed messages and calls over one WebSocket that reconnects by
/// itself.
///
/// [dev.stoa.client.StoaClient] is what applications see. Behind it, `Connection` owns the state
/// (section 16.1 of the router protocol) and decides for each outbound frame whether it is written,
/// queued or refused; `PendingCalls` knows the requests that wait for an answer; `Inbox` takes received
/// text to the request or the handlers it belongs to. Application code runs on lanes: state callbacks
/// on one, message handlers on another, each request's progress and answer on its own. So a handler may
/// block, even in a request, and holds up no one but the handlers behind it.
///
/// The invariant: a request ends exactly once, with its answer or one exception, whatever the
/// connection does.
///
/// Where this client differs from the TypeScript client of the same protocol, and why, is listed in the
/// module's README.
///
/// Start reading at [dev.stoa.client.StoaClient].
@NullMarked
package dev.stoa.client;

import org.jspecify.annotations.NullMarked;
