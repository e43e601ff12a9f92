package dev.stoa.server.session;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The open sessions of this node, by id and by user.
///
/// Thread-safe. Bounded by the server's connection limit.
public final class Sessions {
    private final Map<String, Session> byId = new ConcurrentHashMap<>();
    private final Map<String, Set<Session>> byUser = new ConcurrentHashMap<>();

    /// The session with that id, if it is open here.
    public Optional<Session> find(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /// The open sessions whose principal has that id.
    public Collection<Session> ofUser(String userId) {
        Set<Session> sessions = byUser.get(userId);
        return sessions == null ? List.of() : List.copyOf(sessions);
    }

    /// All open sessions, as they are now.
    public Collection<Session> all() {
        return List.copyOf(byId.values());
    }

    public int count() {
        return byId.size();
    }

    /// Closes one session.
    ///
    /// @return whether it was open here
    public boolean kick(String id, CloseReason reason) {
        Session session = byId.get(id);
        if (session == null) {
            return false;
        }
        session.close(reason);
        return true;
    }

    /// Closes every session of a user.
    ///
    /// @return how many there were
    public int kickUser(String userId, CloseReason reason) {
        Collection<Session> sessions = ofUser(userId);
        sessions.forEach(session -> session.close(reason));
        return sessions.size();
    }

    /// Called by the network layer when a session opens.
    public void add(Session session) {
        byId.put(session.id(), session);
        Principal principal = session.principal();
        if (principal != null) {
            byUser.compute(principal.id(), (_, known) -> {
                Set<Session> sessions = known == null ? ConcurrentHashMap.newKeySet(1) : known;
                sessions.add(session);
                return sessions;
            });
        }
    }

    /// Called by the network layer when a session has closed.
    public void remove(Session session) {
        byId.remove(session.id());
        Principal principal = session.principal();
        if (principal != null) {
            byUser.computeIfPresent(principal.id(), (_, sessions) -> {
                sessions.remove(session);
                return sessions.isEmpty() ? null : sessions;
            });
        }
    }
}
