package dev.stoa.server.router;

/// Told once when a connection has ended, whatever ended it. An exception does not keep other handlers
/// from running.
@FunctionalInterface
public interface CloseHandler {
    void onClose(CloseContext ctx) throws Exception;
}
