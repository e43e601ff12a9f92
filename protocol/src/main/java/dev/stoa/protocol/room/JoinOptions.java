package dev.stoa.protocol.room;

import dev.stoa.protocol.RawJson;
import org.jspecify.annotations.Nullable;

/// How to join a room.
///
/// @param memberId who joins; by default the actor's user id, else its id, else the connection's client id
/// @param metadata a JSON object about the member, like a role; absent keeps what is stored
/// @param presence a JSON object, the live state; absent keeps what is stored
public record JoinOptions(
        @Nullable String memberId,
        @Nullable RoomPrincipal actor,
        @Nullable RawJson metadata,
        @Nullable RawJson presence) {
    public static JoinOptions none() {
        return new JoinOptions(null, null, null, null);
    }

    public static JoinOptions as(String memberId) {
        return new JoinOptions(memberId, null, null, null);
    }

    public static JoinOptions by(RoomPrincipal actor) {
        return new JoinOptions(null, actor, null, null);
    }

    public JoinOptions withMetadata(Object newMetadata) {
        return new JoinOptions(memberId, actor, RawJson.of(newMetadata), presence);
    }

    public JoinOptions withPresence(Object newPresence) {
        return new JoinOptions(memberId, actor, metadata, RawJson.of(newPresence));
    }
}
