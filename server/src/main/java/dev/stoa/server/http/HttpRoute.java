package dev.stoa.server.http;

import dev.stoa.protocol.MessageType;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// A route: all that is known of it, to answer with and to describe.
///
/// @param id names the operation in the OpenAPI document
/// @param tag the heading that it is listed under
/// @param request what the body is; no payload for routes without one
/// @param response what it answers
record HttpRoute<Q, R>(
        String method,
        PathTemplate path,
        String id,
        String tag,
        Scope scope,
        List<QueryParameter> query,
        MessageType<Q> request,
        Class<R> response,
        String summary,
        Handler<Q, R> handler) {
    /// Does what is asked.
    interface Handler<Q, R> {
        CompletableFuture<R> handle(Call call, Q body);
    }

    boolean hasBody() {
        return request.hasPayload();
    }
}
