package dev.stoa.server.router;

import dev.stoa.protocol.MessageType;

/// Builds the route of a one-way message: `router.route(SAY).use(throttle).on(handler)`.
///
/// Confined to one thread, as a builder is.
public final class EventRoute<P> {
    private final Router router;
    private final MessageType<P> type;
    private Dispatch dispatch = Dispatch.SERIAL;

    EventRoute(Router router, MessageType<P> type) {
        this.router = router;
        this.type = type;
    }

    /// Adds middleware for this type alone, after the global ones and any added before.
    public EventRoute<P> use(Middleware middleware) {
        router.useFor(type.name(), middleware);
        return this;
    }

    /// How the handler runs; default [Dispatch#SERIAL].
    public EventRoute<P> dispatch(Dispatch mode) {
        dispatch = mode;
        return this;
    }

    /// Registers the handler.
    public Router on(EventHandler<P> handler) {
        return router.register(type, null, dispatch, false, handler::handle);
    }
}
