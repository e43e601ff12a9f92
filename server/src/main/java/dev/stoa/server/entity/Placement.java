package dev.stoa.server.entity;

import dev.stoa.server.store.EntityId;

/// Decides which node runs an entity. Thread-safe.
public interface Placement extends AutoCloseable {
    /// Makes a kind known. Before [#start].
    ///
    /// @throws IllegalStateException when the kind is known already
    void register(EntityType type);

    /// From here on entities are run, and those whose time has come are woken.
    void start();

    /// The way to an entity, which need not exist yet.
    ///
    /// @throws IllegalArgumentException when nobody registered its kind
    EntityRef ref(EntityId id);

    /// How many entities are in memory here.
    int active();

    /// How many entities of a kind are in memory here.
    int active(String kind);

    /// Whether an entity is in memory here.
    boolean isActive(EntityId id);

    /// Takes no more commands, finishes what is in the mailboxes, and lets every entity go. Waits some seconds
    /// at most.
    @Override
    void close();
}
