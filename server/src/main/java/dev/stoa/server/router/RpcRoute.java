package dev.stoa.server.router;

import dev.stoa.protocol.RpcType;

/// Builds the route of a call: `router.route(GET_USER).use(throttle).rpc(handler)`.
///
/// Confined to one thread, as a builder is.
public final class RpcRoute<Q, R> {
    private final Router router;
    private final RpcType<Q, R> type;
    private Dispatch dispatch = Dispatch.CONCURRENT;
    private boolean answersLater;

    RpcRoute(Router router, RpcType<Q, R> type) {
        this.router = router;
        this.type = type;
    }

    /// Adds middleware for this type alone, after the global ones and any added before.
    public RpcRoute<Q, R> use(Middleware middleware) {
        router.useFor(type.name(), middleware);
        return this;
    }

    /// How the handler runs; default [Dispatch#CONCURRENT].
    public RpcRoute<Q, R> dispatch(Dispatch mode) {
        dispatch = mode;
        return this;
    }

    /// The handler starts something and returns; the call is answered when that is done, or runs into its
    /// deadline. Without this, a handler that returns without an answer is logged as a mistake.
    public RpcRoute<Q, R> answeringLater() {
        answersLater = true;
        return this;
    }

    /// Registers the handler.
    public Router rpc(RpcHandler<Q, R> handler) {
        return router.register(type.request(), type.response(), dispatch, answersLater, exchange -> {
            @SuppressWarnings("unchecked") // routes with a response are run with calls of its type
            Call<Q, R> call = (Call<Q, R>) exchange;
            handler.handle(call);
        });
    }

    /// Same as [#rpc].
    public Router on(RpcHandler<Q, R> handler) {
        return rpc(handler);
    }
}
