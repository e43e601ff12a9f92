package dev.stoa.yjs.sync;

import dev.stoa.yjs.UpdateException;
import dev.stoa.yjs.lib0.ByteReader;
import dev.stoa.yjs.lib0.ByteWriter;
import dev.stoa.yjs.lib0.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Who is there: for each client a JSON state with a clock. Confined to one thread at a time.
///
/// ```
/// varUint n, n × (varUint client, varUint clock, varString JSON)      the JSON null: has left
/// ```
///
/// An entry counts if its clock is newer than the known one (0 for an unknown client), or equal and it
/// says that a known client has left. A removed state leaves its clock for a while. Times are
/// milliseconds of any one clock.
public final class Awareness {
    private static final int NESTING = 100;

    private final AwarenessLimits limits;
    private final Map<Long, Entry> entries = new LinkedHashMap<>();
    private int present;
    private @Nullable Long own;

    private record Entry(long clock, @Nullable String state, long seen) {}

    private record Incoming(
            long client, long clock, @Nullable String state) {}

    /// What has changed. Immutable.
    ///
    /// @param added clients that have come
    /// @param updated clients with a newer clock; to be handed on, even if the state is equal
    /// @param changed those of `updated` whose state differs
    /// @param removed clients that have left
    public record Change(List<Long> added, List<Long> updated, List<Long> changed, List<Long> removed) {
        public Change {
            added = List.copyOf(added);
            updated = List.copyOf(updated);
            changed = List.copyOf(changed);
            removed = List.copyOf(removed);
        }

        /// Whether there is nothing to hand on.
        public boolean isEmpty() {
            return added.isEmpty() && updated.isEmpty() && removed.isEmpty();
        }

        /// All whose entry is news to others. An entry that changed nothing must not be sent on:
        /// clients send on what they get, and it would go round for ever.
        public List<Long> news() {
            List<Long> all = new ArrayList<>(added);
            all.addAll(updated);
            all.addAll(removed);
            return all;
        }
    }

    /// Nobody is there yet.
    public Awareness(AwarenessLimits limits) {
        this.limits = limits;
    }

    /// Takes a peer's entries, all or none.
    ///
    /// @throws UpdateException if they are malformed or over a limit; nothing has changed then
    public Change apply(byte[] update, long nowMillis) {
        List<Incoming> incoming = decode(update);
        checkClients(incoming);
        Changes changes = new Changes();
        for (Incoming entry : incoming) {
            take(entry, nowMillis, changes);
        }
        return changes.done();
    }

    private List<Incoming> decode(byte[] update) {
        ByteReader in = new ByteReader(update);
        int count = in.size("a count of entries");
        if (count > limits.entries()) {
            throw UpdateException.overLimit(
                    "entries", "an awareness update's number of entries", count, limits.entries());
        }
        List<Incoming> incoming = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long client = in.varUint();
            long clock = in.varUint();
            int before = in.remaining();
            String state = in.varString();
            if (before - in.remaining() > limits.stateBytes() + 5) {
                throw UpdateException.overLimit("stateBytes", "a state", before - in.remaining(), limits.stateBytes());
            }
            Json.check(state, NESTING);
            incoming.add(new Incoming(client, clock, isNull(state) ? null : state));
        }
        in.expectEnd();
        return incoming;
    }

    private static boolean isNull(String json) {
        return json.strip().equals("null");
    }

    private void checkClients(List<Incoming> incoming) {
        long fresh = incoming.stream()
                .filter(entry -> entry.state != null && !isPresent(entry.client))
                .count();
        if (fresh > 0 && present + fresh > limits.clients()) {
            throw UpdateException.overLimit("clients", "the number of clients", present + fresh, limits.clients());
        }
    }

    private boolean isPresent(long client) {
        Entry entry = entries.get(client);
        return entry != null && entry.state != null;
    }

    private void take(Incoming incoming, long now, Changes changes) {
        Entry known = entries.get(incoming.client);
        long clock = known == null ? 0 : known.clock;
        boolean leaves = incoming.clock == clock && incoming.state == null && isPresent(incoming.client);
        if (incoming.clock <= clock && !leaves) {
            return;
        }
        if (incoming.state == null && Objects.equals(own, incoming.client) && known != null && known.state != null) {
            // somebody thinks that we have left: say again that we are here
            entries.put(incoming.client, new Entry(incoming.clock + 1, known.state, now));
            changes.updated.add(incoming.client);
            return;
        }
        put(incoming.client, new Entry(incoming.clock, incoming.state, now));
        if (incoming.state == null) {
            if (known != null && known.state != null) {
                changes.removed.add(incoming.client);
            }
        } else if (known == null || known.state == null) {
            changes.added.add(incoming.client);
        } else {
            changes.updated.add(incoming.client);
            if (!equal(incoming.state, known.state)) {
                changes.changed.add(incoming.client);
            }
        }
    }

    private static boolean equal(String one, String other) {
        return one.equals(other) || Objects.equals(Json.parse(one, NESTING), Json.parse(other, NESTING));
    }

    private void put(long client, Entry entry) {
        Entry before = entries.put(client, entry);
        present += (entry.state == null ? 0 : 1) - (before == null || before.state == null ? 0 : 1);
        if (entries.size() > 2 * limits.clients() + limits.entries()) {
            forgetOldest();
        }
    }

    private void forgetOldest() {
        Long oldest = null;
        long seen = Long.MAX_VALUE;
        for (Map.Entry<Long, Entry> entry : entries.entrySet()) {
            if (entry.getValue().state == null && entry.getValue().seen < seen) {
                oldest = entry.getKey();
                seen = entry.getValue().seen;
            }
        }
        if (oldest != null) {
            entries.remove(oldest);
        }
    }

    /// Sets the state under which this side itself is present; null to leave.
    ///
    /// @throws UpdateException if it is not JSON
    public Change set(long client, @Nullable String json, long nowMillis) {
        if (json != null) {
            Json.check(json, NESTING);
            int bytes = json.getBytes(StandardCharsets.UTF_8).length;
            if (bytes > limits.stateBytes()) {
                throw UpdateException.overLimit("stateBytes", "a state", bytes, limits.stateBytes());
            }
        }
        own = client;
        Entry known = entries.get(client);
        put(client, new Entry(known == null ? 0 : known.clock + 1, json, nowMillis));
        Changes changes = new Changes();
        if (json == null) {
            changes.removed.add(client);
        } else if (known == null || known.state == null) {
            changes.added.add(client);
        } else {
            changes.updated.add(client);
            if (!equal(json, known.state)) {
                changes.changed.add(client);
            }
        }
        return changes.done();
    }

    /// Takes away the states of clients whose connection has gone. Their clocks stay, so that others
    /// accept the news.
    public Change remove(Collection<Long> clients, long nowMillis) {
        Changes changes = new Changes();
        for (Long client : clients) {
            Entry known = entries.get(client);
            if (known != null && known.state != null) {
                long clock = client.equals(own) ? known.clock + 1 : known.clock;
                put(client, new Entry(clock, null, nowMillis));
                changes.removed.add(client);
            }
        }
        return changes.done();
    }

    /// Drops the states of others that are outdated, and forgets clocks that have been kept long enough.
    public Change expire(long nowMillis) {
        List<Long> outdated = new ArrayList<>();
        entries.entrySet()
                .removeIf(entry -> entry.getValue().state == null
                        && nowMillis - entry.getValue().seen >= limits.memory().toMillis());
        entries.forEach((client, entry) -> {
            if (entry.state != null
                    && !client.equals(own)
                    && nowMillis - entry.seen >= limits.outdated().toMillis()) {
                outdated.add(client);
            }
        });
        return remove(outdated, nowMillis);
    }

    /// The entries of some clients as an update; clients that are not known are left out.
    public byte[] encode(Collection<Long> clients) {
        List<Long> known = clients.stream().filter(entries::containsKey).toList();
        ByteWriter out = new ByteWriter();
        out.varUint(known.size());
        for (Long client : known) {
            Entry entry = entries.get(client);
            if (entry != null) {
                out.varUint(client);
                out.varUint(entry.clock);
                out.varString(entry.state == null ? "null" : entry.state);
            }
        }
        return out.toBytes();
    }

    /// The clients that are there.
    public Set<Long> clients() {
        Set<Long> there = new LinkedHashSet<>();
        entries.forEach((client, entry) -> {
            if (entry.state != null) {
                there.add(client);
            }
        });
        return there;
    }

    /// A client's state as JSON text.
    public Optional<String> state(long client) {
        Entry entry = entries.get(client);
        return Optional.ofNullable(entry == null ? null : entry.state);
    }

    private static final class Changes {
        private final List<Long> added = new ArrayList<>(1);
        private final List<Long> updated = new ArrayList<>(1);
        private final List<Long> changed = new ArrayList<>(1);
        private final List<Long> removed = new ArrayList<>(1);

        Change done() {
            return new Change(added, updated, changed, removed);
        }
    }
}
