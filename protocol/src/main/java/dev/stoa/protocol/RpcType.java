package dev.stoa.protocol;

/// The contract of a call: a request message and the one message that answers it (router protocol,
/// section 5).
///
/// Both type names are explicit, because peers tell a reply by its type:
///
/// ```java
/// static final RpcType<GetUser, User> GET_USER = RpcType.of("GET_USER", GetUser.class, "USER", User.class);
/// ```
///
/// Use [Void] as the class of a request or response without payload. Immutable and thread-safe.
public record RpcType<Q, R>(MessageType<Q> request, MessageType<R> response) {
    /// @throws IllegalArgumentException when a name is empty or starts with the reserved prefix `$ws:`
    public static <Q, R> RpcType<Q, R> of(
            String requestName, Class<Q> request, String responseName, Class<R> response) {
        return new RpcType<>(MessageType.of(requestName, request), MessageType.of(responseName, response));
    }

    /// The same contract with further request meta; see [MessageType#withMeta].
    public RpcType<Q, R> withMeta(Class<? extends Record> meta) {
        return new RpcType<>(request.withMeta(meta), response);
    }

    /// The request's type name, by which the call is routed.
    public String name() {
        return request.name();
    }
}
