package dev.stoa.protocol.room;

import dev.stoa.protocol.RawJson;
import org.jspecify.annotations.Nullable;

/// A change of a member's presence.
///
/// @param memberId whose; by default the actor's
/// @param presence a JSON object, merged into the present one by its top-level keys; `null` removes a key
/// @param replace whether it replaces instead
public record PresenceOptions(
        @Nullable String memberId,
        @Nullable RawJson presence,
        @Nullable Boolean replace,
        @Nullable RoomPrincipal actor) {
    /// Of the member that the actor is.
    public static PresenceOptions byActor(Object presence) {
        return new PresenceOptions(null, RawJson.of(presence), null, null);
    }

    public static PresenceOptions of(String memberId, Object presence) {
        return new PresenceOptions(memberId, RawJson.of(presence), null, null);
    }

    public PresenceOptions replacing() {
        return new PresenceOptions(memberId, presence, true, actor);
    }
}
