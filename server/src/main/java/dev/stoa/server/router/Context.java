package dev.stoa.server.router;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.MessageType;
import dev.stoa.protocol.Retry;
import dev.stoa.server.session.ConnectionData;
import dev.stoa.server.session.DataKey;
import dev.stoa.server.session.Principal;
import dev.stoa.server.session.Session;
import dev.stoa.server.topic.PublishResult;
import dev.stoa.server.topic.Subscriptions;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A message being handled, without its payload: what middleware sees, and what all handlers can do
/// (router protocol, section 10.1). May be used from any thread, also after the handler has returned.
public interface Context {
    Session session();

    /// The session's id.
    default String clientId() {
        return session().id();
    }

    /// Who sent it; null for an anonymous peer.
    default @Nullable Principal principal() {
        return session().principal();
    }

    /// What the application remembers of the connection.
    default ConnectionData data() {
        return session().data();
    }

    /// A value of the connection's data; null when it was never set.
    default <T> @Nullable T getData(DataKey<T> key) {
        return data().get(key);
    }

    /// Merges values into the connection's data.
    default void assignData(Map<? extends DataKey<?>, ?> partial) {
        data().assign(partial);
    }

    /// The message's type name.
    String type();

    MessageMeta meta();

    /// Wall-clock milliseconds at which the message arrived.
    long receivedAt();

    /// Whether it is a call.
    boolean isRpc();

    /// Milliseconds until the call's deadline; [Long#MAX_VALUE] for events.
    long timeRemaining();

    /// Sends a message to the peer.
    ///
    /// @throws IllegalArgumentException when the payload breaks its contract; nothing is sent
    default <P> void send(MessageType<P> type, P payload) {
        send(type, payload, SendOptions.none());
    }

    /// As [#send(MessageType, Object)]; a payload of null is for types without one.
    <P> void send(MessageType<P> type, @Nullable P payload, SendOptions options);

    /// Sends a message that has no payload.
    default void send(MessageType<Void> type) {
        send(type, null, SendOptions.none());
    }

    default void error(ErrorCode code) {
        error(code.name(), null, null, Retry.byCode());
    }

    default void error(ErrorCode code, String message) {
        error(code.name(), message, null, Retry.byCode());
    }

    default void error(ErrorCode code, String message, Map<String, ?> details) {
        error(code.name(), message, details, Retry.byCode());
    }

    default void error(ErrorCode code, String message, Map<String, ?> details, Retry retry) {
        error(code.name(), message, details, retry);
    }

    /// Tells the peer of an error: answers a call, or goes beside an event, any number of times. Does
    /// not stop the chain and does not close the connection. Details are sanitised.
    ///
    /// @param code one of [ErrorCode]'s names or an application's own
    /// @param message null for the code's description
    void error(String code, @Nullable String message, @Nullable Map<String, ?> details, Retry retry);

    /// The session's topics.
    Subscriptions topics();

    /// Same as `topics().subscribe(topic)`.
    default void subscribe(String topic) {
        topics().subscribe(topic);
    }

    /// Same as `topics().unsubscribe(topic)`.
    default void unsubscribe(String topic) {
        topics().unsubscribe(topic);
    }

    /// Publishes to everyone who listens to a topic, this session included if it does.
    default <P> PublishResult publish(String topic, MessageType<P> type, P payload) {
        return publish(topic, type, payload, PublishOptions.none());
    }

    <P> PublishResult publish(String topic, MessageType<P> type, @Nullable P payload, PublishOptions options);
}
