package dev.stoa.server.router;

import dev.stoa.protocol.MessageType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What answers one type: its contract, how it runs and through which middleware. Immutable.
///
/// @param request the contract of the inbound message, under the name it is routed by
/// @param response the contract of the answer; null for events
/// @param answersLater whether the handler may return before its call is answered, without a warning
/// @param own middleware of this route alone
/// @param action the handler
record Route<P>(
        MessageType<P> request,
        @Nullable MessageType<?> response,
        Dispatch dispatch,
        boolean answersLater,
        List<Middleware> own,
        Action<P> action) {

    /// A handler, whichever kind it is.
    @FunctionalInterface
    interface Action<P> {
        void run(Exchange<P> exchange) throws Exception;
    }

    boolean isRpc() {
        return response != null;
    }

    Route<P> withMiddleware(List<Middleware> middleware) {
        return new Route<>(request, response, dispatch, answersLater, List.copyOf(middleware), action);
    }

    Route<P> withName(String name) {
        return new Route<>(request.withName(name), response, dispatch, answersLater, own, action);
    }
}
