package dev.stoa.protocol.room;

import org.jspecify.annotations.Nullable;

/// Who leaves; by default the actor.
public record LeaveOptions(
        @Nullable String memberId, @Nullable RoomPrincipal actor) {
    public static LeaveOptions byActor() {
        return new LeaveOptions(null, null);
    }

    public static LeaveOptions of(String memberId) {
        return new LeaveOptions(memberId, null);
    }
}
