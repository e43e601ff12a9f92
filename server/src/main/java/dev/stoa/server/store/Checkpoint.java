package dev.stoa.server.store;

/// The state that an entity's log folds to, up to an offset. Immutable; the body is not to be changed.
///
/// @param offset the last record it includes; 0 for none
public record Checkpoint(long offset, byte[] body) {
    public Checkpoint {
        if (offset < 0) {
            throw new IllegalArgumentException("a checkpoint does not stand at " + offset);
        }
    }
}
