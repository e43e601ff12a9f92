package dev.stoa.server.router;

import dev.stoa.protocol.Message;
import dev.stoa.protocol.MessageType;
import dev.stoa.protocol.Retry;
import dev.stoa.server.session.Session;
import dev.stoa.server.topic.PublishResult;
import dev.stoa.server.topic.Subscriptions;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A message being handled: the context of an event, and what a [Call] builds on.
class Exchange<P> implements EventContext<P> {
    private final RouterConversation conversation;
    private final Message<P> message;
    private final String type;
    private final long receivedAt;
    private final @Nullable String correlationId;

    Exchange(
            RouterConversation conversation,
            Message<P> message,
            String type,
            long receivedAt,
            @Nullable String correlationId) {
        this.conversation = conversation;
        this.message = message;
        this.type = type;
        this.receivedAt = receivedAt;
        this.correlationId = correlationId;
    }

    final RouterConversation conversation() {
        return conversation;
    }

    final @Nullable String correlationId() {
        return correlationId;
    }

    @Override
    public final Session session() {
        return conversation.session();
    }

    @Override
    public final String type() {
        return type;
    }

    @Override
    public final P payload() {
        return message.payload();
    }

    @Override
    public final MessageMeta meta() {
        return new MessageMeta(message, session().id(), receivedAt, correlationId);
    }

    @Override
    public final long receivedAt() {
        return receivedAt;
    }

    @Override
    public boolean isRpc() {
        return false;
    }

    @Override
    public long timeRemaining() {
        return Long.MAX_VALUE;
    }

    @Override
    public final <M> void send(MessageType<M> type, @Nullable M payload, SendOptions options) {
        AbortSignal signal = options.signal();
        if (signal != null && signal.isAborted()) {
            return;
        }
        String id = options.correlationId() != null
                ? options.correlationId()
                : options.inheritCorrelationId() ? correlationId : null;
        conversation.send(type, payload, id, options.meta());
    }

    @Override
    public void error(String code, @Nullable String text, @Nullable Map<String, ?> details, Retry retry) {
        conversation.sendError(false, correlationId, code, text, details, retry);
        conversation.router().errorSent(this, code, text, details);
    }

    @Override
    public final Subscriptions topics() {
        return conversation.subscriptions();
    }

    @Override
    public final <M> PublishResult publish(
            String topic, MessageType<M> type, @Nullable M payload, PublishOptions options) {
        return conversation.router().publishFrom(conversation, topic, type, payload, options);
    }
}
