package dev.stoa.protocol.room;

import org.jspecify.annotations.Nullable;

/// An instance that a server runs.
///
/// @param instance what it is called in addresses: its name, behind its namespace unless that is the default
/// @param binding another name that addresses may use
public record InstanceEntry(
        String instance,
        String name,
        String namespace,
        @Nullable String binding) {}
