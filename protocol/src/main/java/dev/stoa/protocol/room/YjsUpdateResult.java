package dev.stoa.protocol.room;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What became of a Yjs update.
///
/// @param stateVectorBase64 the document's state vector with it
public record YjsUpdateResult(
        String room,
        RoomKind kind,
        String updateId,
        Instant appliedAt,
        String updateBase64,
        @Nullable String stateVectorBase64,
        @Nullable RoomPrincipal actor) {}
