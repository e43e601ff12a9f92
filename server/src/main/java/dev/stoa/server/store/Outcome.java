package dev.stoa.server.store;

/// What became of a [Write].
public sealed interface Outcome {
    /// It is durable, with everything before it.
    record Committed() implements Outcome {}

    /// Nothing of it happened: somebody else owns the entity now, or a write before it is missing.
    record Fenced() implements Outcome {}

    /// The store could not do it, or cannot tell whether it did. The owner must open the entity again.
    record Failed(StoreException cause) implements Outcome {}
}
