package dev.stoa.server.router;

/// Decides about a connection when its first application message arrives, once. An exception counts as
/// [AuthVerdict#PERMISSION_DENIED].
///
/// Refusing at the handshake is better where it is possible: a client that is closed after opening
/// reconnects at once.
@FunctionalInterface
public interface AuthHandler {
    AuthVerdict onAuth(Context ctx) throws Exception;
}
