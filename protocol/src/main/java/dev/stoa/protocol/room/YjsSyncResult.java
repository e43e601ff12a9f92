package dev.stoa.protocol.room;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a peer lacks of a Yjs document.
///
/// @param updateBase64 all of it, merged into one update; absent when there is nothing
/// @param stateVectorBase64 the document's state vector
/// @param updates the last updates, one by one
public record YjsSyncResult(
        String room,
        RoomKind kind,
        @Nullable String updateBase64,
        @Nullable String stateVectorBase64,
        List<YjsUpdateRecord> updates,
        List<AwarenessResult> awareness) {
    public YjsSyncResult {
        updates = List.copyOf(updates);
        awareness = List.copyOf(awareness);
    }
}
