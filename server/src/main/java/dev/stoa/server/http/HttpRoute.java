package dev.stoa.server.http;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/// A route: all that is known of it, to answer with and to describe.
///
/// @param id names the operation in the OpenAPI document
/// @param tag the heading that it is listed under
/// @param response what it answers
record HttpRoute<Q, R>(
        String method,
        PathTemplate path,
        String id,
        String tag,
        Scope scope,
        List<QueryParameter> query,
        RequestBody<Q> request,
        Response response,
        String summary,
        Handler<Q, R> handler) {
    /// Does what is asked. What it comes to is answered as JSON, unless it is an [ApiAnswer].
    interface Handler<Q, R> {
        CompletableFuture<R> handle(Call call, Q body);
    }

    /// The form of an answer.
    ///
    /// @param shape of the JSON, or of each event's data
    record Response(String contentType, Class<?> shape) {
        static Response json(Class<?> shape) {
            return new Response("application/json", shape);
        }

        static Response events(Class<?> data) {
            return new Response("text/event-stream", data);
        }
    }
}
