package dev.stoa.server.document;

import dev.stoa.protocol.RawJson;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The sessions at a document, and how many of them a client has. Confined to the document's mailbox.
final class Guests {
    private final Map<String, Guest> bySession = new LinkedHashMap<>();
    private final Map<String, Integer> byClient = new HashMap<>();

    void add(Guest guest) {
        if (bySession.put(guest.session.id(), guest) == null) {
            byClient.merge(guest.clientId, 1, Integer::sum);
        }
    }

    @Nullable
    Guest find(String session) {
        return bySession.get(session);
    }

    @Nullable
    Guest remove(String session) {
        Guest gone = bySession.remove(session);
        if (gone != null) {
            byClient.computeIfPresent(gone.clientId, (_, count) -> count == 1 ? null : count - 1);
        }
        return gone;
    }

    void permit(String session, @Nullable Permission permission, @Nullable RawJson metadata) {
        Guest guest = bySession.get(session);
        if (guest != null) {
            guest.permission = permission == null ? guest.permission : permission;
            guest.metadata = metadata == null ? guest.metadata : metadata;
        }
    }

    /// Whether a client has a session here.
    boolean isThere(String clientId) {
        return byClient.containsKey(clientId);
    }

    int count() {
        return bySession.size();
    }

    List<Guest> all() {
        return List.copyOf(bySession.values());
    }

    List<DocumentSession> sessions() {
        return bySession.values().stream()
                .map(guest -> new DocumentSession(guest.session.id(), guest.clientId, guest.permission, guest.metadata))
                .toList();
    }

    void clear() {
        bySession.clear();
        byClient.clear();
    }
}
