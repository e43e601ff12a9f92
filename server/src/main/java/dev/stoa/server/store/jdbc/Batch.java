package dev.stoa.server.store.jdbc;

import dev.stoa.server.store.EntityId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What one commit takes: of each entity a run of writes or a claim, so that parts may be tried in any order.
/// Confined to the writer.
final class Batch {
    private final Map<EntityId, Run> runs = new LinkedHashMap<>();
    private final List<Item.Claim> claims = new ArrayList<>();
    private final List<Item.Refused> refused = new ArrayList<>();
    private final Set<EntityId> shut = new HashSet<>();
    private int records;
    private long bytes;

    /// Takes from the front of a queue what may go together. A task goes alone, and is left there.
    static Batch from(ArrayDeque<Item> queue, WriteLimits limits) {
        Batch batch = new Batch();
        while (!queue.isEmpty() && batch.hasRoom(limits) && batch.take(queue.getFirst())) {
            queue.removeFirst();
        }
        return batch;
    }

    private boolean hasRoom(WriteLimits limits) {
        return records + claims.size() < limits.maxBatchRecords() && bytes < limits.maxBatchBytes();
    }

    private boolean take(Item item) {
        return switch (item) {
            case Item.Writing writing -> take(writing);
            case Item.Claim claim -> !runs.containsKey(claim.id()) && shut.add(claim.id()) && claims.add(claim);
            case Item.Refused write -> {
                shut.add(write.id());
                yield refused.add(write);
            }
            case Item.Task<?> _ -> false;
        };
    }

    private boolean take(Item.Writing writing) {
        EntityId id = writing.write().id();
        if (shut.contains(id)) {
            return false;
        }
        Run run = runs.get(id);
        if (run == null) {
            runs.put(id, new Run(writing));
        } else if (!run.extend(writing)) {
            return false;
        }
        records += Math.max(1, writing.write().records().size());
        bytes += writing.size();
        return true;
    }

    List<Run> runs() {
        return List.copyOf(runs.values());
    }

    List<Item.Claim> claims() {
        return claims;
    }

    List<Item.Refused> refused() {
        return refused;
    }

    long bytes() {
        return bytes;
    }
}
