package dev.stoa.server.room;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.AwarenessResult;
import dev.stoa.protocol.room.RoomKind;
import dev.stoa.protocol.room.RoomPrincipal;
import dev.stoa.server.store.Header;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which devices are aware of a room's document: the latest state of each, for a while or as long as its
/// connection lives (rooms protocol, section 8). Confined to the room's mailbox.
final class Awareness {
    static final int MAX_CLIENTS = 10_000;

    /// The one that expires first comes first: refreshing moves to the end.
    private final Map<String, Entry> byClient = new LinkedHashMap<>();
    private final Map<String, Set<String>> clientsBySession = new HashMap<>();
    private final long ttlMillis;

    private record Entry(AwarenessResult result, @Nullable String session, long expiresAt) {}

    Awareness(long ttlMillis) {
        this.ttlMillis = ttlMillis;
    }

    /// @return what is there now
    /// @throws ProtocolException `PERMISSION_DENIED` when the client is somebody else's, `RESOURCE_EXHAUSTED`
    ///     when there are too many
    AwarenessResult set(
            String room,
            String clientId,
            @Nullable RawJson state,
            @Nullable RoomPrincipal actor,
            @Nullable String session,
            long now) {
        Entry before = byClient.get(clientId);
        if (before != null && now < before.expiresAt && !isSame(before.result.actor(), actor)) {
            throw ProtocolException.of(
                    ErrorCode.PERMISSION_DENIED, "the awareness of this clientId is somebody else's");
        }
        if (before == null && byClient.size() >= MAX_CLIENTS) {
            throw ProtocolException.of(
                    ErrorCode.RESOURCE_EXHAUSTED, "the document has " + MAX_CLIENTS + " aware clients, its limit");
        }
        RawJson present = state == null ? RawJson.NULL : state;
        AwarenessResult result =
                new AwarenessResult(room, RoomKind.ROOM, clientId, Instant.ofEpochMilli(now), present, actor);
        remove(clientId);
        if (!present.isNull()) {
            byClient.put(clientId, new Entry(result, session, now + ttlMillis));
            if (session != null) {
                clientsBySession
                        .computeIfAbsent(session, _ -> new LinkedHashSet<>())
                        .add(clientId);
            }
        }
        return result;
    }

    /// Whether two acts are of one actor, though perhaps from different sessions.
    static boolean isSame(@Nullable RoomPrincipal one, @Nullable RoomPrincipal other) {
        if (one == null || other == null) {
            return one == other;
        }
        return one.kind() == other.kind()
                && Objects.equals(one.id(), other.id())
                && Objects.equals(one.userId(), other.userId())
                && Objects.equals(one.tenantId(), other.tenantId());
    }

    private void remove(String clientId) {
        Entry removed = byClient.remove(clientId);
        if (removed != null && removed.session != null) {
            clientsBySession.computeIfPresent(removed.session, (_, clients) -> {
                clients.remove(clientId);
                return clients.isEmpty() ? null : clients;
            });
        }
    }

    /// Removes what has expired.
    ///
    /// @return the clients that are aware no more
    List<String> expire(long now) {
        List<String> gone = new ArrayList<>();
        for (Map.Entry<String, Entry> entry : byClient.entrySet()) {
            if (now < entry.getValue().expiresAt) {
                break;
            }
            gone.add(entry.getKey());
        }
        gone.forEach(this::remove);
        return gone;
    }

    /// Removes what a connection brought.
    ///
    /// @return the clients that are aware no more
    List<String> disconnected(String session) {
        List<String> gone = List.copyOf(clientsBySession.getOrDefault(session, Set.of()));
        gone.forEach(this::remove);
        return gone;
    }

    /// @return what has not expired
    List<AwarenessResult> all(long now) {
        return byClient.values().stream()
                .filter(entry -> now < entry.expiresAt)
                .map(Entry::result)
                .toList();
    }

    /// When the next one expires.
    long tickAt() {
        return byClient.isEmpty() ? Header.NEVER : byClient.values().iterator().next().expiresAt;
    }

    boolean isEmpty() {
        return byClient.isEmpty();
    }

    void clear() {
        byClient.clear();
        clientsBySession.clear();
    }
}
