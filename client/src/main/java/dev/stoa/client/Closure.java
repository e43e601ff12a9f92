package dev.stoa.client;

/// How a connection ended. Immutable.
///
/// @param code the close code (RFC 6455, section 7.4); 1005 when the peer named none, 1006 when there
///     was no close
/// @param reason the peer's words, or the client's for 1006 and 1009; may be empty
public record Closure(int code, String reason) {}
