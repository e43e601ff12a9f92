package dev.stoa.server.router;

import dev.stoa.protocol.ProtocolException;
import dev.stoa.server.session.CloseReason;
import dev.stoa.server.session.Session;
import org.jspecify.annotations.Nullable;

/// Watches a router (router protocol, section 15). Called on the thread where things happen; must return
/// soon. Exceptions are logged and ignored.
public interface RouterObserver {
    /// After a message was published.
    ///
    /// @param payload as given to publish; null when the type has none
    /// @param clientId who published it; null for the server itself
    default void onPublish(String topic, String type, @Nullable Object payload, @Nullable String clientId) {}

    /// After all open handlers have run.
    default void onConnectionOpen(Session session) {}

    /// Last of all, after the close handlers.
    default void onConnectionClose(Session session, CloseReason reason) {}

    /// @param clientId whose message failed; null when none
    /// @param type the message's type; null before there was one
    default void onError(ProtocolException error, @Nullable String clientId, @Nullable String type) {}
}
