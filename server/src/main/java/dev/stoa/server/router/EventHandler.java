package dev.stoa.server.router;

/// Handles a one-way message. An exception is answered as an error and does not end the connection.
@FunctionalInterface
public interface EventHandler<P> {
    void handle(EventContext<P> ctx) throws Exception;
}
