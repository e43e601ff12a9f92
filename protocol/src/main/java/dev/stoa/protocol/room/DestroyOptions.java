package dev.stoa.protocol.room;

import org.jspecify.annotations.Nullable;

/// What to delete with a room; what is not stays readable for `destroyTtlSeconds`.
public record DestroyOptions(
        @Nullable Boolean deleteHistory,
        @Nullable Boolean deleteSnapshots,
        @Nullable Boolean deleteCrdtUpdates) {
    public static DestroyOptions keepingAll() {
        return new DestroyOptions(null, null, null);
    }

    public static DestroyOptions deletingAll() {
        return new DestroyOptions(true, true, true);
    }
}
