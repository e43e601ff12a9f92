package dev.stoa.protocol.room;

import dev.stoa.protocol.RawJson;
import org.jspecify.annotations.Nullable;

/// An opaque update of a room's JSON document.
///
/// @param update any JSON value
/// @param clientId the device that made it
/// @param clock that device's count; a pair seen before is not stored again
public record UpdateOptions(
        RawJson update,
        @Nullable String clientId,
        @Nullable Integer clock,
        @Nullable RoomPrincipal actor) {
    public static UpdateOptions of(Object update) {
        return new UpdateOptions(RawJson.of(update), null, null, null);
    }

    public UpdateOptions from(String newClientId, int newClock) {
        return new UpdateOptions(update, newClientId, newClock, actor);
    }
}
