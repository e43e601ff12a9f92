/// The network: TCP, TLS, the WebSocket handshake and frames (RFC 6455, RFC 7692), on Netty.
///
/// [dev.stoa.server.net.NettyServer] accepts; [dev.stoa.server.net.Handshake] answers one HTTP request
/// and, if an endpoint admits it, hands the socket to a [dev.stoa.server.net.WebSocketConnection], which
/// reads frames by hand and feeds the endpoint's conversation. Writing goes past this package, through
/// `delivery`.
///
/// An adapter: nothing but the server's wiring names it.
@NullMarked
package dev.stoa.server.net;

import org.jspecify.annotations.NullMarked;
