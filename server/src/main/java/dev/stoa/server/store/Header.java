package dev.stoa.server.store;

import java.util.Map;

/// What a store knows of an entity without looking into it. Immutable.
///
/// @param log the number of its log, from [Store#nextLog]; a new life of the entity has a new one
/// @param epoch id of one life of the log, told to clients; never seen before
/// @param status a word that [Store#entities] can filter on
/// @param firstOffset the first record that is kept, `lastOffset + 1` when none is
/// @param lastOffset the last record, 0 when there has been none
/// @param lastAt the time of the last record, 0 when there has been none
/// @param wakeAt wall-clock milliseconds at which the entity must be awake; [#NEVER] for never
/// @param counters exact counts that the entity keeps of itself
public record Header(
        long log,
        String epoch,
        String status,
        long firstOffset,
        long lastOffset,
        long lastAt,
        long wakeAt,
        Map<String, Long> counters) {
    public static final long NEVER = Long.MAX_VALUE;

    public Header {
        counters = Map.copyOf(counters);
        StoredText.check("an epoch", epoch, 64);
        StoredText.check("a status", status, 64);
        counters.keySet().forEach(name -> StoredText.check("a counter's name", name, 64));
        if (firstOffset < 1 || lastOffset < firstOffset - 1) {
            throw new IllegalArgumentException("no log runs from " + firstOffset + " to " + lastOffset);
        }
    }

    /// The header of an entity that nothing was written of yet.
    public static Header fresh(long log, String epoch, String status) {
        return new Header(log, epoch, status, 1, 0, 0, NEVER, Map.of());
    }

    public long counter(String name) {
        return counters.getOrDefault(name, 0L);
    }
}
