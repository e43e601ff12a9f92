package dev.stoa.server.store;

import java.util.List;
import java.util.Map;

/// An entity as its new owner finds it. Immutable.
///
/// @param fence shows the ownership in writes
/// @param checkpoints those of the present log that are whole, newest first: at most two
/// @param rows by key
public record Opened(long fence, Header header, List<Checkpoint> checkpoints, Map<String, byte[]> rows) {
    public Opened {
        checkpoints = List.copyOf(checkpoints);
        rows = Map.copyOf(rows);
    }
}
