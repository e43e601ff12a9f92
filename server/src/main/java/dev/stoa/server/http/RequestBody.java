package dev.stoa.server.http;

import dev.stoa.protocol.MessageType;

/// What a route takes as its body.
sealed interface RequestBody<Q> {
    /// Nothing.
    record None() implements RequestBody<Void> {}

    /// What a contract describes; nothing counts as an empty object.
    record Typed<Q>(MessageType<Q> contract) implements RequestBody<Q> {}

    /// JSON that is handed on as the bytes it came as, to be checked by whom it is for; as large as documents
    /// are.
    ///
    /// @param says what it is
    /// @param example JSON to start from
    record Raw(String says, String example) implements RequestBody<byte[]> {}

    @SuppressWarnings("unchecked") // a body of Void is none
    static <Q> RequestBody<Q> of(Class<Q> type) {
        return type == Void.class
                ? (RequestBody<Q>) new None()
                : new Typed<>(MessageType.of(type.getSimpleName(), type));
    }
}
