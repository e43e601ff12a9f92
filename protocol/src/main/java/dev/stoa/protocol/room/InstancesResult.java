package dev.stoa.protocol.room;

import java.util.List;

/// The instances that a server runs.
public record InstancesResult(List<InstanceEntry> instances) {
    public InstancesResult {
        instances = List.copyOf(instances);
    }
}
