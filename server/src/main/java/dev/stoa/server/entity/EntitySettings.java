package dev.stoa.server.entity;

import java.time.Duration;

/// The bounds of entities on a node.
///
/// @param maxActive entities in memory at once; a command for another is refused
/// @param mailboxCapacity commands waiting for one entity; the next is refused. So many more may be handled
///     and wait for the store
/// @param maxUncommittedBytes of one entity: beyond, it waits for the store before it handles more
/// @param turnsPerWrite at most so many turns share a write
/// @param checkpointEvery records behind a checkpoint until the next is made
/// @param hibernateAfter without commands, an entity that allows it leaves memory
/// @param pollEvery how often due entities are woken and the store swept
public record EntitySettings(
        int maxActive,
        int mailboxCapacity,
        long maxUncommittedBytes,
        int turnsPerWrite,
        int checkpointEvery,
        Duration hibernateAfter,
        Duration pollEvery) {
    public EntitySettings {
        if (maxActive < 1
                || mailboxCapacity < 1
                || maxUncommittedBytes < 1
                || turnsPerWrite < 1
                || checkpointEvery < 1) {
            throw new IllegalArgumentException("an entity's bounds must be at least 1");
        }
        if (hibernateAfter.isNegative() || !pollEvery.isPositive()) {
            throw new IllegalArgumentException(
                    "entities hibernate after " + hibernateAfter + " and are polled every " + pollEvery);
        }
    }

    public static EntitySettings usual() {
        return new EntitySettings(
                100_000, 1024, 4L * 1024 * 1024, 64, 1000, Duration.ofSeconds(60), Duration.ofSeconds(1));
    }

    public EntitySettings withMailboxCapacity(int commands) {
        return new EntitySettings(
                maxActive, commands, maxUncommittedBytes, turnsPerWrite, checkpointEvery, hibernateAfter, pollEvery);
    }

    public EntitySettings withCheckpointEvery(int records) {
        return new EntitySettings(
                maxActive, mailboxCapacity, maxUncommittedBytes, turnsPerWrite, records, hibernateAfter, pollEvery);
    }

    public EntitySettings withHibernateAfter(Duration idle) {
        return new EntitySettings(
                maxActive, mailboxCapacity, maxUncommittedBytes, turnsPerWrite, checkpointEvery, idle, pollEvery);
    }
}
