package dev.stoa.server.document;

import dev.stoa.server.delivery.Frame;
import dev.stoa.server.delivery.Outlet;
import dev.stoa.server.session.CloseReason;
import dev.stoa.server.session.Session;
import dev.stoa.server.store.EntityId;
import dev.stoa.server.topic.Topics;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The live sockets of an instance's documents on this node.
///
/// A document calls from its own thread, in the order in which its sockets shall see things; each call
/// reaches an event loop as a task of its own, and loops keep that order. Who is in a document here is
/// what has been kept of its comings and goings.
///
/// Thread-safe. Bounded by the documents' limits on sessions.
final class DocumentSockets {
    /// A socket that had to be left out of something must come back and catch up.
    private static final CloseReason LEFT_OUT = new CloseReason(1013, "Too much is waiting on the server");

    private final Topics topics;
    /// Every open socket, in its document or on the way to it.
    private final Map<String, Session> open = new ConcurrentHashMap<>();

    private final Map<EntityId, Map<String, Session>> inside = new ConcurrentHashMap<>();

    DocumentSockets(Topics topics) {
        this.topics = topics;
    }

    void opened(Session session) {
        open.put(session.id(), session);
    }

    void closed(Session session) {
        open.remove(session.id());
    }

    /// Lets a socket hear its document from here on.
    ///
    /// @return false when it has closed
    boolean enter(EntityId document, String sessionId) {
        Session session = open.get(sessionId);
        if (session == null) {
            return false;
        }
        inside.computeIfAbsent(document, _ -> new ConcurrentHashMap<>(2)).put(sessionId, session);
        topics.join(document.toString(), session.outlet());
        return true;
    }

    /// The socket hears its document no more.
    void leave(EntityId document, String sessionId) {
        Map<String, Session> here = inside.get(document);
        Session session = here == null ? null : here.remove(sessionId);
        if (session != null) {
            topics.leave(document.toString(), session.outlet());
            inside.computeIfPresent(document, (_, left) -> left.isEmpty() ? null : left);
        }
    }

    @Nullable
    Session find(EntityId document, String sessionId) {
        return inside.getOrDefault(document, Map.of()).get(sessionId);
    }

    /// The sockets in a document.
    List<Session> in(EntityId document) {
        return List.copyOf(inside.getOrDefault(document, Map.of()).values());
    }

    /// Tells one socket, if it is still there.
    void tell(EntityId document, String sessionId, Frame frame) {
        Session session = find(document, sessionId);
        if (session != null) {
            session.send(frame);
        }
    }

    /// Tells every socket of a document, but one.
    void tellAll(EntityId document, Frame frame, @Nullable String exceptSession) {
        Session except = exceptSession == null ? null : find(document, exceptSession);
        Outlet exceptOutlet = except == null ? null : except.outlet();
        if (topics.publish(document.toString(), frame, exceptOutlet) < 0) {
            in(document).stream().filter(session -> session != except).forEach(session -> {
                leave(document, session.id());
                session.close(LEFT_OUT);
            });
        }
    }

    /// Ends all sockets of a document, which hear nothing more of it.
    void closeAll(EntityId document, CloseReason reason) {
        for (Session session : in(document)) {
            leave(document, session.id());
            session.close(reason);
        }
    }

    /// How many sockets are in documents.
    int count() {
        return inside.values().stream().mapToInt(Map::size).sum();
    }

    /// Whether nothing of any socket is left.
    boolean isEmpty() {
        return open.isEmpty() && inside.isEmpty();
    }
}
