package dev.stoa.server.router;

import dev.stoa.protocol.MessageType;
import dev.stoa.server.session.ConnectionData;
import dev.stoa.server.session.Principal;
import dev.stoa.server.session.Session;
import dev.stoa.server.topic.PublishResult;
import dev.stoa.server.topic.Subscriptions;
import org.jspecify.annotations.Nullable;

/// A connection that has just opened. Its peer may still be unauthenticated if an [AuthHandler] decides
/// later.
public interface OpenContext {
    Session session();

    default String clientId() {
        return session().id();
    }

    default @Nullable Principal principal() {
        return session().principal();
    }

    default ConnectionData data() {
        return session().data();
    }

    /// @throws IllegalArgumentException when the payload breaks its contract; nothing is sent
    <P> void send(MessageType<P> type, @Nullable P payload);

    /// Sends a message that has no payload.
    default void send(MessageType<Void> type) {
        send(type, null);
    }

    Subscriptions topics();

    <P> PublishResult publish(String topic, MessageType<P> type, @Nullable P payload, PublishOptions options);

    default <P> PublishResult publish(String topic, MessageType<P> type, P payload) {
        return publish(topic, type, payload, PublishOptions.none());
    }
}
