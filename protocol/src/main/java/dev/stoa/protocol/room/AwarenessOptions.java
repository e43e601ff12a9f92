package dev.stoa.protocol.room;

import dev.stoa.protocol.RawJson;
import org.jspecify.annotations.Nullable;

/// A change of a device's awareness.
///
/// @param clientId the device; by default the connection's client id
/// @param state a JSON object; absent or `null` removes it
public record AwarenessOptions(
        @Nullable String clientId,
        @Nullable RawJson state,
        @Nullable RoomPrincipal actor) {}
