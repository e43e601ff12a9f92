package dev.stoa.protocol.room;

import java.util.List;

/// The instances that a server runs.
///
/// @param instances those of rooms
/// @param documents the names of those of documents
public record InstancesResult(List<InstanceEntry> instances, List<String> documents) {
    public InstancesResult {
        instances = List.copyOf(instances);
        documents = List.copyOf(documents);
    }
}
