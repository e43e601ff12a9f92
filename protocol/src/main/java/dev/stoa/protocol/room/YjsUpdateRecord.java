package dev.stoa.protocol.room;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A Yjs update as it is kept.
public record YjsUpdateRecord(
        String updateId,
        String updateBase64,
        @Nullable String clientId,
        @Nullable Integer clock,
        @Nullable RoomPrincipal actor,
        Instant appliedAt) {}
