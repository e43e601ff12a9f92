package dev.stoa.protocol.room;

import dev.stoa.protocol.RawJson;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a token shall allow.
///
/// @param memberId who its connections are in the room
/// @param clientId the device
/// @param presence a JSON object, the presence to start with
/// @param actor who acts
/// @param ttlSeconds how long it is good, 300 by default, at most 86,400
/// @param ops what it allows; by default all but `admin`
public record AuthorizeOptions(
        @Nullable String memberId,
        @Nullable String clientId,
        @Nullable RawJson presence,
        @Nullable RoomPrincipal actor,
        @Nullable Integer ttlSeconds,
        @Nullable List<RoomOp> ops) {
    /// For the actor of the room's handle.
    public static AuthorizeOptions byActor() {
        return new AuthorizeOptions(null, null, null, null, null, null);
    }

    public static AuthorizeOptions of(RoomPrincipal actor) {
        return new AuthorizeOptions(null, null, null, actor, null, null);
    }

    public AuthorizeOptions withTtlSeconds(int seconds) {
        return new AuthorizeOptions(memberId, clientId, presence, actor, seconds, ops);
    }

    public AuthorizeOptions allowing(RoomOp... newOps) {
        return new AuthorizeOptions(memberId, clientId, presence, actor, ttlSeconds, List.of(newOps));
    }
}
