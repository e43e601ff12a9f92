package dev.stoa.protocol.room;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A page of a document's updates, by clock where given, then by offset, and the live awareness.
public record DocumentResult(
        String room,
        RoomKind kind,
        List<DocumentUpdate> updates,
        List<AwarenessResult> awareness,
        @Nullable String cursor) {
    public DocumentResult {
        updates = List.copyOf(updates);
        awareness = List.copyOf(awareness);
    }
}
