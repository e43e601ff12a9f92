package dev.stoa.server.router;

/// Told of a new connection before any of its messages is handled. Throwing [CloseException] closes it
/// with that code; any other exception closes it with 1011.
@FunctionalInterface
public interface OpenHandler {
    void onOpen(OpenContext ctx) throws Exception;
}
