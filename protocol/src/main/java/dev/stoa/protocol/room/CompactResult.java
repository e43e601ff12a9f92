package dev.stoa.protocol.room;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What became of compacting a Yjs document.
///
/// @param updatesCompacted how many updates the checkpoint stands for
/// @param checkpointUpdateBase64 the checkpoint, as one update
public record CompactResult(
        String room,
        RoomKind kind,
        Instant compactedAt,
        int updatesCompacted,
        @Nullable String checkpointUpdateBase64,
        @Nullable String stateVectorBase64) {}
