package dev.stoa.server.entity;

import dev.stoa.server.store.EntityId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/// The way to one entity, wherever it lives. Thread-safe; costs nothing to make and to keep.
///
/// Commands that one thread gives through refs of the same entity are handled in that order.
public interface EntityRef {
    EntityId id();

    /// Asks and does not wait. Fails with a `ProtocolException`: what the entity refuses with;
    /// `RESOURCE_EXHAUSTED` when its mailbox is full; `DEADLINE_EXCEEDED` when there was no answer in time
    /// (it may still have happened); `UNAVAILABLE` when it was not kept, or the entity is moving (asking again
    /// is all right).
    ///
    /// @return completed on the entity's thread: dependents must be quick or go elsewhere
    <R extends Record> CompletableFuture<R> ask(Command<R> command, Duration deadline);

    /// Tells, without an answer.
    ///
    /// @return whether the mailbox took it
    boolean tell(Command<?> command);
}
