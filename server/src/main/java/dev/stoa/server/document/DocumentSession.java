package dev.stoa.server.document;

import dev.stoa.protocol.RawJson;

/// A connection to a document. Immutable.
///
/// @param sessionId this connection's, never told to anybody
/// @param clientId what the client calls itself; several sessions may have the same
/// @param metadata what the application keeps with the session; JSON `null` for nothing
public record DocumentSession(String sessionId, String clientId, Permission permission, RawJson metadata) {}
