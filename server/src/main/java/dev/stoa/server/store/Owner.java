package dev.stoa.server.store;

/// What an owner shows to be let write. Immutable.
///
/// @param fence what the store gave when the entity was opened; 0 for an entity that is not there yet
/// @param sequence counts this owner's writes from 1: a write is refused when the one before it is missing
public record Owner(long fence, long sequence) {
    public Owner {
        if (fence < 0 || sequence < 1) {
            throw new IllegalArgumentException("no owner has fence " + fence + " and sequence " + sequence);
        }
    }

    /// For the next write.
    public Owner next() {
        return new Owner(fence, sequence + 1);
    }
}
