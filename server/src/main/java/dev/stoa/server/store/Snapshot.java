package dev.stoa.server.store;

/// A copy of an entity's state that is kept until it is deleted. Immutable; the body is not to be changed.
///
/// @param id sorts by creation; 1 to 64 characters
/// @param offset the last record it includes; 0 for none
/// @param at wall-clock milliseconds of its creation
public record Snapshot(String id, long offset, long at, byte[] body) {
    public Snapshot {
        StoredText.check("a snapshot's id", id, 64);
        if (offset < 0) {
            throw new IllegalArgumentException("a snapshot does not stand at " + offset);
        }
    }
}
