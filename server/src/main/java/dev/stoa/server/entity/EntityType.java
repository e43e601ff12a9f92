package dev.stoa.server.entity;

import dev.stoa.server.store.EntityId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A kind of entity that a [Placement] can run.
///
/// @param kind the kind in its ids
/// @param initialStatus the status of a new entity's header
/// @param hibernateAfter without commands, an entity that allows it leaves memory; null for the node's usual
/// @param factory makes an entity, which is loaded afterwards; may be called from any thread
/// @param codec carries its commands between nodes
public record EntityType(
        String kind, String initialStatus, @Nullable Duration hibernateAfter, Factory factory, CommandCodec codec) {
    /// Makes an entity.
    @FunctionalInterface
    public interface Factory {
        /// @param self the way to itself, for timers
        Entity create(EntityId id, EntityRef self);
    }
}
