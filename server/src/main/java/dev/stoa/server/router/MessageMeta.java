package dev.stoa.server.router;

import dev.stoa.protocol.Message;
import org.jspecify.annotations.Nullable;

/// What is known about a message besides its payload (router protocol, section 2.6). Immutable.
public final class MessageMeta {
    private final Message<?> message;
    private final String clientId;
    private final long receivedAt;
    private final @Nullable String correlationId;

    MessageMeta(Message<?> message, String clientId, long receivedAt, @Nullable String correlationId) {
        this.message = message;
        this.clientId = clientId;
        this.receivedAt = receivedAt;
        this.correlationId = correlationId;
    }

    /// The session's id, set by the server.
    public String clientId() {
        return clientId;
    }

    /// Wall-clock milliseconds at which the message arrived, set by the server: for decisions.
    public long receivedAt() {
        return receivedAt;
    }

    /// The sender's clock in milliseconds; null when absent. Untrusted: for display.
    public @Nullable Double timestamp() {
        return message.timestamp();
    }

    /// The id of the call; null for events without one. Calls that came without get one from the server.
    public @Nullable String correlationId() {
        return correlationId;
    }

    /// The caller's time limit in milliseconds; 0 when absent.
    public long timeoutMs() {
        return message.timeoutMs();
    }

    /// The contract's extended meta.
    ///
    /// @throws IllegalStateException when the contract declares none of that class
    public <M> M extended(Class<M> type) {
        return message.meta(type);
    }
}
