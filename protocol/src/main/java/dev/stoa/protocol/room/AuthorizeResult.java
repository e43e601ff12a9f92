package dev.stoa.protocol.room;

import dev.stoa.protocol.RawJson;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A token, and how to connect with it.
///
/// @param url where to connect
/// @param protocols the WebSocket subprotocols to offer; the token is among them
public record AuthorizeResult(
        String room,
        RoomKind kind,
        String token,
        Instant expiresAt,
        String url,
        List<String> protocols,
        @Nullable RoomPrincipal actor,
        @Nullable String memberId,
        @Nullable String clientId,
        @Nullable RawJson presence) {
    public AuthorizeResult {
        protocols = List.copyOf(protocols);
    }
}
