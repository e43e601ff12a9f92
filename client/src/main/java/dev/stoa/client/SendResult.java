package dev.stoa.client;

import dev.stoa.client.error.ClientException;

/// What became of a message. Immutable.
public sealed interface SendResult {
    /// Handed to the open connection. That it arrived is not known: only an answer tells.
    record Sent() implements SendResult {}

    /// Waiting for the connection to open.
    record Queued() implements SendResult {}

    /// Dropped.
    ///
    /// @param why invalid payload or meta, queue off or full, or the peer not reading
    record Refused(ClientException why) implements SendResult {}

    /// Whether the message is on its way or will be.
    default boolean accepted() {
        return !(this instanceof Refused);
    }
}
