package dev.stoa.server.room;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.room.RoomKind;
import dev.stoa.protocol.room.RoomMessages.Joined;
import dev.stoa.server.delivery.Frame;
import dev.stoa.server.delivery.Outlet;
import dev.stoa.server.port.Timers;
import dev.stoa.server.session.CloseReason;
import dev.stoa.server.session.Session;
import dev.stoa.server.store.EntityId;
import dev.stoa.server.topic.Topics;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The live sockets of an instance's rooms on this node: brings them what their rooms say.
///
/// A room calls from its own thread, in the order in which its sockets shall see things; each call reaches an
/// event loop as a task of its own, and loops keep that order. What is attached here is what has been kept: a
/// room that loads its state again finds its connections here.
///
/// Thread-safe. Bounded by the rooms' limits on connections, and by [#MAX_ROOMS] for each socket.
final class Listeners {
    /// The most rooms that one socket may be in.
    static final int MAX_ROOMS = 1000;

    /// Sockets that had to be left out of something must not go on as if they had not: they come back and
    /// catch up.
    private static final CloseReason LEFT_OUT = new CloseReason(1012, "{\"retryAfterMs\":1000}");

    private final Topics topics;
    private final Timers timers;
    private final Map<EntityId, Map<String, Attachment>> byRoom = new ConcurrentHashMap<>();
    /// Where a socket is, or is on its way to, and as which member.
    private final Map<String, Map<EntityId, String>> bySession = new ConcurrentHashMap<>();

    private final Map<String, Join> joins = new ConcurrentHashMap<>();
    private final Map<String, Session> ofOneRoom = new ConcurrentHashMap<>();

    private record Join(EntityId room, Session session, Consumer<Joined> answer) {}

    /// A socket in a room.
    ///
    /// @param shared whether the socket may be in other rooms
    record Attachment(
            EntityId room,
            RoomKind kind,
            Session session,
            boolean shared,
            String memberId,
            String clientId,
            @Nullable String userId,
            CloseWay closing) {}

    /// How a room ends a socket's stay: on a socket of its own by closing it.
    interface CloseWay {
        void close(CloseReason reason);
    }

    Listeners(Topics topics, Timers timers) {
        this.topics = topics;
        this.timers = timers;
    }

    // Sockets

    /// A socket that is for one room has opened.
    void opened(Session session) {
        ofOneRoom.put(session.id(), session);
    }

    /// A socket has closed.
    ///
    /// @return the rooms that must be told
    Set<EntityId> closed(Session session) {
        ofOneRoom.remove(session.id());
        Map<EntityId, String> rooms = bySession.get(session.id());
        return rooms == null ? Set.of() : Set.copyOf(rooms.keySet());
    }

    /// The open sockets that are for one room, in it or not.
    Collection<Session> ofOneRoom() {
        return List.copyOf(ofOneRoom.values());
    }

    // Joining and leaving

    /// A socket waits for a room's answer to a join.
    ///
    /// @throws ProtocolException `RESOURCE_EXHAUSTED` when it is in too many rooms
    void expect(String joinId, EntityId room, String memberId, Session session, Consumer<Joined> answer) {
        bySession.compute(session.id(), (_, known) -> {
            Map<EntityId, String> rooms = known == null ? new ConcurrentHashMap<>(2) : known;
            if (rooms.size() >= MAX_ROOMS && !rooms.containsKey(room)) {
                throw ProtocolException.of(
                        ErrorCode.RESOURCE_EXHAUSTED, "the connection is in " + MAX_ROOMS + " rooms, its limit");
            }
            rooms.put(room, memberId);
            return rooms;
        });
        joins.put(joinId, new Join(room, session, answer));
    }

    /// The socket waits no longer.
    void forget(String joinId) {
        Join join = joins.remove(joinId);
        if (join != null) {
            Attachment still = attachment(join.room, join.session.id());
            stays(join.session.id(), join.room, still == null ? null : still.memberId);
        }
    }

    /// The open session behind a join that is waited for.
    @Nullable
    Session joining(String joinId) {
        Join join = joins.get(joinId);
        return join == null || !join.session.isOpen() ? null : join.session;
    }

    /// Answers a join and lets the socket hear the room from here on, behind `missed`.
    ///
    /// @return false when the socket is gone already
    boolean attach(String joinId, Attachment attachment, Joined joined, List<RoomEvent> missed) {
        Join join = joins.remove(joinId);
        if (join == null) {
            return false;
        }
        EntityId room = attachment.room;
        Session session = attachment.session;
        Attachment before = attachment(room, session.id());
        byRoom.compute(room, (_, known) -> {
            Map<String, Attachment> here = known == null ? new ConcurrentHashMap<>(2) : known;
            here.put(session.id(), attachment);
            return here;
        });
        if (before != null) {
            topics.leave(topic(room, before.shared), session.outlet());
        }
        stays(session.id(), room, attachment.memberId);
        topics.join(topic(room, attachment.shared), session.outlet());
        if (!session.isOpen()) {
            // Looked at only now: whoever closes it later finds it here.
            detach(room, session.id());
            return false;
        }
        join.answer.accept(joined);
        for (RoomEvent event : missed) {
            session.send(frame(attachment, event));
        }
        return true;
    }

    private void stays(String session, EntityId room, @Nullable String memberId) {
        bySession.compute(session, (_, known) -> {
            Map<EntityId, String> rooms = known == null ? new ConcurrentHashMap<>(2) : known;
            if (memberId != null) {
                rooms.put(room, memberId);
            } else {
                rooms.remove(room);
            }
            return rooms.isEmpty() ? null : rooms;
        });
    }

    /// The socket hears the room no more.
    void detach(EntityId room, String session) {
        Attachment known = attachment(room, session);
        if (known != null) {
            byRoom.computeIfPresent(room, (_, here) -> {
                here.remove(session);
                return here.isEmpty() ? null : here;
            });
            topics.leave(topic(room, known.shared), known.session.outlet());
        }
        stays(session, room, null);
    }

    /// Who a socket is in a room where it is, or is on its way to.
    @Nullable
    String memberOf(String session, EntityId room) {
        Map<EntityId, String> rooms = bySession.get(session);
        return rooms == null ? null : rooms.get(room);
    }

    @Nullable
    Attachment attachment(EntityId room, String session) {
        Map<String, Attachment> here = byRoom.get(room);
        return here == null ? null : here.get(session);
    }

    /// The sockets in a room.
    Collection<Attachment> in(EntityId room) {
        Map<String, Attachment> here = byRoom.get(room);
        return here == null ? List.of() : List.copyOf(here.values());
    }

    // Telling

    /// Tells every socket of a room, but one.
    void tellRoom(EntityId room, RoomKind kind, RoomEvent event, @Nullable String exceptSession) {
        if (!byRoom.containsKey(room)) {
            return;
        }
        Attachment except = exceptSession == null ? null : attachment(room, exceptSession);
        Outlet outlet = except == null ? null : except.session.outlet();
        tellTopic(room, kind, event, false, outlet);
        tellTopic(room, kind, event, true, outlet);
    }

    private void tellTopic(EntityId room, RoomKind kind, RoomEvent event, boolean shared, @Nullable Outlet except) {
        String topic = topic(room, shared);
        if (topics.subscribers(topic) > 0
                && topics.publish(topic, event.frame(shared, kind, room.name(), timers.millis()), except) < 0) {
            in(room).stream().filter(socket -> socket.shared == shared).forEach(socket -> {
                detach(room, socket.session.id());
                socket.closing.close(LEFT_OUT);
            });
        }
    }

    /// Tells one socket of a room.
    void tell(EntityId room, String session, RoomEvent event) {
        tell(room, List.of(session), event);
    }

    /// Tells some sockets of a room.
    void tell(EntityId room, Collection<String> sessions, RoomEvent event) {
        Frame own = null;
        Frame shared = null;
        for (String session : sessions) {
            Attachment known = attachment(room, session);
            if (known != null && known.shared) {
                shared = shared == null ? frame(known, event) : shared;
                known.session.send(shared);
            } else if (known != null) {
                own = own == null ? frame(known, event) : own;
                known.session.send(own);
            }
        }
    }

    /// Ends a socket's stay in a room.
    void close(EntityId room, String session, CloseReason reason) {
        Attachment known = attachment(room, session);
        if (known != null) {
            detach(room, session);
            known.closing.close(reason);
        }
    }

    /// All sockets that may be in many rooms, each once for every room it is in.
    List<Attachment> shared() {
        return byRoom.values().stream()
                .flatMap(here -> here.values().stream())
                .filter(Attachment::shared)
                .toList();
    }

    /// Closes the sessions behind all sockets that match, whatever else they are in.
    ///
    /// @return how many sessions there were
    int endAll(Predicate<Attachment> which, CloseReason reason) {
        Set<Session> sessions =
                everywhere().stream().filter(which).map(Attachment::session).collect(Collectors.toSet());
        sessions.forEach(session -> session.close(reason));
        return sessions.size();
    }

    /// All sockets that are attached, each once for every room it is in.
    List<Attachment> everywhere() {
        return byRoom.values().stream().flatMap(here -> here.values().stream()).toList();
    }

    /// How many sockets are attached, each once for every room it is in.
    int count() {
        int count = 0;
        for (Map<String, Attachment> here : byRoom.values()) {
            count += here.size();
        }
        return count;
    }

    /// Whether nothing of any socket is left.
    boolean isEmpty() {
        return byRoom.isEmpty() && bySession.isEmpty() && joins.isEmpty() && ofOneRoom.isEmpty();
    }

    private Frame frame(Attachment to, RoomEvent event) {
        return event.frame(to.shared, to.kind, to.room.name(), timers.millis());
    }

    private static String topic(EntityId room, boolean shared) {
        return (shared ? "shared " : "own ") + room;
    }
}
