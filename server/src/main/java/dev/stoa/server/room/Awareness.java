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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which devices are aware of a room's document: the latest state of each, for a while or as long as its
/// connection lives (rooms protocol, section 8). Confined to the room's mailbox.
final class Awareness {
    static final int MAX_CLIENTS = 10_000;

    private final Map<String, Entry> byClient = new LinkedHashMap<>();
    private final long ttlMillis;

    private record Entry(AwarenessResult result, @Nullable String session, long expiresAt) {}

    Awareness(long ttlMillis) {
        this.ttlMillis = ttlMillis;
    }

    /// @return what is there now
    AwarenessResult set(
            String room,
            String clientId,
            @Nullable RawJson state,
            @Nullable RoomPrincipal actor,
            @Nullable String session,
            long now) {
        RawJson present = state == null ? RawJson.NULL : state;
        AwarenessResult result =
                new AwarenessResult(room, RoomKind.ROOM, clientId, Instant.ofEpochMilli(now), present, actor);
        if (present.isNull()) {
            byClient.remove(clientId);
            return result;
        }
        if (!byClient.containsKey(clientId) && byClient.size() >= MAX_CLIENTS) {
            throw ProtocolException.of(
                    ErrorCode.RESOURCE_EXHAUSTED, "the document has " + MAX_CLIENTS + " aware clients, its limit");
        }
        byClient.put(clientId, new Entry(result, session, now + ttlMillis));
        return result;
    }

    /// Removes what has expired, and what a connection brought.
    ///
    /// @param session the connection that is gone; null for none
    /// @return the clients that are aware no more
    List<String> expire(long now, @Nullable String session) {
        List<String> gone = new ArrayList<>();
        byClient.forEach((clientId, entry) -> {
            if (now >= entry.expiresAt || session != null && session.equals(entry.session)) {
                gone.add(clientId);
            }
        });
        gone.forEach(byClient::remove);
        return gone;
    }

    List<AwarenessResult> all() {
        return byClient.values().stream().map(Entry::result).toList();
    }

    long tickAt() {
        return byClient.values().stream().mapToLong(Entry::expiresAt).min().orElse(Header.NEVER);
    }

    boolean isEmpty() {
        return byClient.isEmpty();
    }

    void clear() {
        byClient.clear();
    }
}
