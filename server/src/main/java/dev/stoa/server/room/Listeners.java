package dev.stoa.server.room;

import dev.stoa.protocol.room.RoomKind;
import dev.stoa.protocol.room.RoomMessages.Joined;
import dev.stoa.server.delivery.Frame;
import dev.stoa.server.delivery.Outlet;
import dev.stoa.server.port.Timers;
import dev.stoa.server.room.token.RoomToken;
import dev.stoa.server.session.CloseReason;
import dev.stoa.server.session.Session;
import dev.stoa.server.store.EntityId;
import dev.stoa.server.topic.Topics;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The live sockets of an instance's rooms on this node: brings them what their rooms say.
///
/// A room calls from its own thread, in the order in which its sockets shall see things; each call reaches an
/// event loop as a task of its own, and loops keep that order. Thread-safe. Bounded by the rooms' limits on
/// connections.
final class Listeners {
    private final Topics topics;
    private final Timers timers;
    private final Map<Key, Attachment> attachments = new ConcurrentHashMap<>();
    private final Map<String, Join> joins = new ConcurrentHashMap<>();

    private record Key(EntityId room, String session) {}

    private record Join(Session session, Consumer<Joined> answer) {}

    /// A socket in a room.
    ///
    /// @param tokenId the `jti` of the token it came with; null for none
    record Attachment(
            EntityId room,
            RoomKind kind,
            Session session,
            boolean shared,
            String memberId,
            @Nullable String userId,
            @Nullable String tokenId,
            CloseWay closing) {}

    /// How a room ends a socket's stay: on a socket of its own by closing it.
    interface CloseWay {
        void close(CloseReason reason);
    }

    Listeners(Topics topics, Timers timers) {
        this.topics = topics;
        this.timers = timers;
    }

    /// A socket waits for a room's answer to a join.
    void expect(String joinId, Session session, Consumer<Joined> answer) {
        joins.put(joinId, new Join(session, answer));
    }

    /// The socket waits no longer.
    void forget(String joinId) {
        joins.remove(joinId);
    }

    /// Answers a join and lets the socket hear the room from here on, behind `missed`.
    ///
    /// @return false when the socket is gone already
    boolean attach(String joinId, Attachment attachment, Joined joined, List<RoomEvent> missed) {
        Join join = joins.remove(joinId);
        if (join == null || !join.session.isOpen()) {
            return false;
        }
        Key key = new Key(attachment.room, attachment.session.id());
        Outlet outlet = attachment.session.outlet();
        Attachment before = attachments.put(key, attachment);
        if (before != null) {
            topics.leave(topic(attachment.room, attachment.shared), outlet);
        }
        join.answer.accept(joined);
        for (RoomEvent event : missed) {
            attachment.session.send(frame(attachment, event));
        }
        topics.join(topic(attachment.room, attachment.shared), outlet);
        return true;
    }

    /// The session behind a join that is waited for.
    @Nullable
    Session joining(String joinId) {
        Join join = joins.get(joinId);
        return join == null ? null : join.session;
    }

    /// The socket hears the room no more.
    void detach(EntityId room, String session) {
        Attachment known = attachments.remove(new Key(room, session));
        if (known != null) {
            topics.leave(topic(room, known.shared), known.session.outlet());
        }
    }

    /// The socket has another token from now on.
    void retoken(EntityId room, String session, RoomToken token) {
        attachments.computeIfPresent(
                new Key(room, session),
                (_, known) -> new Attachment(
                        known.room,
                        known.kind,
                        known.session,
                        known.shared,
                        known.memberId,
                        known.userId,
                        token.jti(),
                        known.closing));
    }

    /// Tells every socket of a room, but one.
    void tellRoom(EntityId room, RoomKind kind, RoomEvent event, @Nullable String exceptSession) {
        Attachment except = exceptSession == null ? null : attachments.get(new Key(room, exceptSession));
        Outlet outlet = except == null ? null : except.session.outlet();
        tellTopic(room, kind, event, false, outlet);
        tellTopic(room, kind, event, true, outlet);
    }

    private void tellTopic(EntityId room, RoomKind kind, RoomEvent event, boolean shared, @Nullable Outlet except) {
        String topic = topic(room, shared);
        if (topics.subscribers(topic) > 0) {
            topics.publish(topic, event.frame(shared, kind, room.name(), timers.millis()), except);
        }
    }

    /// Tells one socket of a room.
    void tell(EntityId room, String session, RoomEvent event) {
        Attachment known = attachments.get(new Key(room, session));
        if (known != null) {
            known.session.send(frame(known, event));
        }
    }

    /// Ends a socket's stay in a room.
    void close(EntityId room, String session, CloseReason reason) {
        Attachment known = attachments.get(new Key(room, session));
        if (known != null) {
            detach(room, session);
            known.closing.close(reason);
        }
    }

    /// Ends the stay of all sockets that match.
    ///
    /// @return how many there were
    int closeAll(Predicate<Attachment> which, CloseReason reason) {
        int closed = 0;
        for (Attachment attachment : attachments.values()) {
            if (which.test(attachment)) {
                attachment.closing.close(reason);
                closed++;
            }
        }
        return closed;
    }

    /// How many sockets are attached, each once for every room it is in.
    int count() {
        return attachments.size();
    }

    List<Attachment> all() {
        return List.copyOf(attachments.values());
    }

    private Frame frame(Attachment to, RoomEvent event) {
        return event.frame(to.shared, to.kind, to.room.name(), timers.millis());
    }

    private static String topic(EntityId room, boolean shared) {
        return (shared ? "shared " : "own ") + room;
    }
}
