package dev.stoa.server.store;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Where entities are kept.
///
/// **Law.** (1) `Committed` means that the write, and everything its owner wrote before it, survives the
/// death of this process and, with a durable store, of the machine. (2) Writes of one entity are committed
/// in the order given; one commit is in flight at a time, and what is given meanwhile forms the next, across
/// entities. (3) A write whose owner was overtaken by another [#open], or whose predecessor is missing,
/// changes nothing. (4) A write that cannot be done takes no other entity's down with it. (5) Reads see
/// whole commits, everything that was reported as committed among them.
///
/// Thread-safe. Reads block the caller, on threads of the store's own where the backend would pin a virtual
/// thread, for as long as the store's read timeout at most; they fail with [StoreException].
public interface Store extends AutoCloseable {
    /// Takes ownership of an entity: whoever owned it before can write no more.
    ///
    /// @return empty when there is no such entity; nothing has changed then
    Optional<Opened> open(EntityId id);

    /// Looks at an entity without owning it.
    Optional<Header> header(EntityId id);

    /// A number for a new log, never given before.
    long nextLog();

    /// Hands in a write. Returns without waiting for it.
    ///
    /// @param done told the outcome on the store's own thread (or, where there is none, within this call),
    ///     for writes of one entity in their order; must not block. Called exactly once, also when the
    ///     store is closed meanwhile
    void write(Write write, Consumer<Outcome> done);

    /// The checkpoints of a log that are whole, newest first: at most two.
    List<Checkpoint> checkpoints(long log);

    /// Where those checkpoints stand, found by reading them back whole, which an owner does before it trims the
    /// log in front of what it wrote.
    List<Long> wholeCheckpoints(long log);

    /// Reads records of a log that are not trimmed, deleted or dropped.
    List<LogRecord> read(long log, Scan scan);

    /// The last record written at `at` or before; empty when the log starts later.
    ///
    /// @param at wall-clock milliseconds
    Optional<LogRecord> lastAt(long log, long at);

    /// How many records of a type lie between two offsets, both included.
    long count(long log, String type, long from, long to);

    /// What was done under a key; empty also when it has expired at `now`.
    Optional<Once> once(long log, String key, long now);

    /// The snapshots of an entity without their bodies (empty arrays stand in), newest first.
    ///
    /// @param before an id to go on behind; empty from the newest
    List<Snapshot> snapshots(EntityId id, String before, int limit);

    Optional<Snapshot> snapshot(EntityId id, String snapshotId);

    /// Lists entities by name, in code point order.
    List<Entry> entities(EntityQuery query);

    /// Entities that must be awake at `now`, the most overdue first; those that are equally overdue by kind and
    /// name, in code point order. Costs what is due, whatever else there is.
    ///
    /// @param kinds only these, exactly; what is due of others is not counted in `limit`
    /// @param after to go on behind; null from the most overdue
    List<Due> due(Set<String> kinds, long now, @Nullable Due after, int limit);

    /// The sums of what committed writes have counted for a kind. Exact and cheap. No zeros.
    Map<String, Long> totals(String kind);

    /// Frees some of the space of what was trimmed, dropped or expired before `now`, without holding up
    /// writes for long. Called from time to time.
    ///
    /// @return whether there is more to do
    boolean sweep(long now);

    /// Bytes of writes that were handed in and are not being committed yet, for a gauge; 0 where a write is
    /// committed within its call.
    long waitingBytes();

    /// Waits for the write in flight, fails those behind it, and lets go of everything.
    @Override
    void close();

    /// An entity in a listing.
    record Entry(EntityId id, Header header) {}

    /// An entity that must be awake.
    ///
    /// @param since wall-clock milliseconds
    record Due(EntityId id, long since) {}
}
