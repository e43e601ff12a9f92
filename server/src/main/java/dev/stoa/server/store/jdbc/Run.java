package dev.stoa.server.store.jdbc;

import dev.stoa.server.store.EntityId;
import dev.stoa.server.store.Header;
import dev.stoa.server.store.Owner;
import dev.stoa.server.store.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Writes of one entity that follow each other and go into one commit: one owner, no gap, so that one check
/// and one update of the header stand for all. Only its first write may begin a new log. Confined to the writer.
final class Run {
    private final List<Item.Writing> writes = new ArrayList<>(1);

    Run(Item.Writing first) {
        writes.add(first);
    }

    EntityId id() {
        return first().id();
    }

    Write first() {
        return writes.getFirst().write();
    }

    Write last() {
        return writes.getLast().write();
    }

    Owner owner() {
        return first().owner();
    }

    Header header() {
        return last().header();
    }

    boolean creates() {
        return owner().fence() == 0 && owner().sequence() == 1;
    }

    boolean beginsLog() {
        return first().previousLog() != log();
    }

    long log() {
        return header().log();
    }

    boolean deletesEntity() {
        return last().deletesEntity();
    }

    List<Item.Writing> writes() {
        return writes;
    }

    boolean hasChanges() {
        return writes.stream().anyMatch(writing -> !writing.write().changes().isEmpty());
    }

    /// What to add to the totals of the entity's kind.
    Map<String, Long> counted() {
        if (writes.size() == 1) {
            return first().counted();
        }
        Map<String, Long> sums = new TreeMap<>();
        writes.forEach(
                writing -> writing.write().counted().forEach((name, count) -> sums.merge(name, count, Long::sum)));
        return sums;
    }

    /// Takes the write if it follows.
    boolean extend(Item.Writing next) {
        Write before = last();
        Write write = next.write();
        boolean follows = !before.deletesEntity()
                && write.owner().equals(before.owner().next())
                && write.previousLog() == before.header().log()
                && write.header().log() == before.header().log()
                && write.previousOffset() == before.header().lastOffset();
        if (follows) {
            writes.add(next);
        }
        return follows;
    }
}
