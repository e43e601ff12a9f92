package dev.stoa.protocol.room;

import dev.stoa.protocol.RawJson;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// An update as it is kept.
public record DocumentUpdate(
        String updateId,
        RawJson update,
        @Nullable String clientId,
        @Nullable Integer clock,
        @Nullable RoomPrincipal actor,
        Instant appliedAt,
        long offset) {}
