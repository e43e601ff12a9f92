package dev.stoa.server.router;

import dev.stoa.protocol.MessageType;
import dev.stoa.server.session.CloseReason;
import dev.stoa.server.session.ConnectionData;
import dev.stoa.server.session.Principal;
import dev.stoa.server.session.Session;
import dev.stoa.server.topic.PublishResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A connection that has ended.
public interface CloseContext {
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

    /// Why: 1005 when the peer gave no code, 1006 when the connection was lost.
    CloseReason reason();

    /// The topics it listened to until now.
    List<String> topics();

    <P> PublishResult publish(String topic, MessageType<P> type, P payload);
}
