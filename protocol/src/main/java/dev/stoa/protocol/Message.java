package dev.stoa.protocol;

import org.jspecify.annotations.Nullable;

/// A decoded and validated message. Immutable.
///
/// @param <P> the payload's type; [Void] when the contract has none
public final class Message<P> {
    private static final MessageType<Void> UNCHECKED = MessageType.of("unchecked");

    private final MessageType<P> contract;
    private final Envelope envelope;
    private final @Nullable P payload;
    private final @Nullable Object extendedMeta;

    Message(MessageType<P> contract, Envelope envelope, @Nullable P payload, @Nullable Object extendedMeta) {
        this.contract = contract;
        this.envelope = envelope;
        this.payload = payload;
        this.extendedMeta = extendedMeta;
    }

    /// A message whose payload and extended meta nobody has looked at, for those who decide before it is
    /// validated.
    public static Message<Void> unchecked(Envelope envelope) {
        return new Message<>(UNCHECKED, envelope, null, null);
    }

    public String type() {
        return envelope.type();
    }

    /// The payload; null exactly when the contract has none.
    @SuppressWarnings("NullAway") // null only where P is Void
    public P payload() {
        return payload;
    }

    /// The producer's clock in milliseconds; null when absent. Untrusted: for display only.
    public @Nullable Double timestamp() {
        return envelope.timestamp();
    }

    public @Nullable String correlationId() {
        return envelope.correlationId();
    }

    /// The caller's time limit in milliseconds; 0 when absent.
    public long timeoutMs() {
        return envelope.timeoutMs();
    }

    /// The contract's extended meta.
    ///
    /// @throws IllegalStateException when the contract declares none of that class
    public <M> M meta(Class<M> type) {
        if (!type.isInstance(extendedMeta)) {
            throw new IllegalStateException(
                    "message type " + contract.name() + " declares no meta of " + type.getName());
        }
        return type.cast(extendedMeta);
    }

    @Override
    public String toString() {
        return "Message[" + envelope.type() + "]";
    }
}
