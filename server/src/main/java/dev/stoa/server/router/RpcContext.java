package dev.stoa.server.router;

import org.jspecify.annotations.Nullable;

/// A call being handled (router protocol, section 5). The first of [#reply] and [#error] answers it;
/// everything after that is silently ignored.
public interface RpcContext<Q, R> extends Context {
    /// The validated request; null exactly when the contract has none.
    Q payload();

    /// Answers the call. A response that breaks its contract is answered as `INTERNAL` instead.
    default void reply(R response) {
        reply(response, SendOptions.none());
    }

    /// As [#reply(Object)], with further meta. A response of null is for types without payload.
    void reply(@Nullable R response, SendOptions options);

    /// Answers a call whose response has no payload.
    default void reply() {
        reply(null, SendOptions.none());
    }

    /// Reports progress: any value that JSON can carry. Dropped while the peer reads too slowly, if the
    /// router says so.
    void progress(@Nullable Object data);

    /// Wall-clock milliseconds until which an answer is waited for.
    long deadline();

    /// Fires when the call is given up: aborted by the peer, past its deadline, idle too long, or
    /// disconnected.
    AbortSignal abortSignal();

    /// Same as `abortSignal().onAbort(callback)`.
    default Runnable onCancel(Runnable callback) {
        return abortSignal().onAbort(callback);
    }
}
