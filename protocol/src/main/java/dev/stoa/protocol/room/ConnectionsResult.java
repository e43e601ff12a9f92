package dev.stoa.protocol.room;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A page of an instance's connections on the node that was asked, by connection id.
///
/// @param count how many there are in all
public record ConnectionsResult(
        List<ConnectionEntry> connections,
        int count,
        @Nullable String cursor) {
    public ConnectionsResult {
        connections = List.copyOf(connections);
    }
}
