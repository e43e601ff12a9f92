/// The edge at which WS-Kit's client, and ours, connect: the handshake rules of the router protocol,
/// section 1. Everything after the handshake is the router's.
@NullMarked
package dev.stoa.server.endpoint.router;

import org.jspecify.annotations.NullMarked;
