package dev.stoa.server.router;

/// Handles a call. It may answer before it returns or later, from any thread, until the deadline; an
/// exception is answered as an error.
@FunctionalInterface
public interface RpcHandler<Q, R> {
    void handle(RpcContext<Q, R> ctx) throws Exception;
}
