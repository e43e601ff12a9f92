package dev.stoa.protocol.room;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The snapshots of a room, newest first.
public record SnapshotsResult(
        String room,
        RoomKind kind,
        List<SnapshotInfo> snapshots,
        @Nullable String cursor) {
    public SnapshotsResult {
        snapshots = List.copyOf(snapshots);
    }
}
