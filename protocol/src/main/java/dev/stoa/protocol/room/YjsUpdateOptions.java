package dev.stoa.protocol.room;

import org.jspecify.annotations.Nullable;

/// A Yjs update of a room's document.
///
/// @param updateBase64 the update, as Yjs encodes it, in base64
/// @param clientId the device that made it
/// @param clock that device's count
public record YjsUpdateOptions(
        String updateBase64,
        @Nullable String clientId,
        @Nullable Integer clock,
        @Nullable RoomPrincipal actor) {}
