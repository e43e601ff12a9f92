package dev.stoa.server.entity;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.WARNING;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.server.port.Timers;
import dev.stoa.server.store.EntityId;
import dev.stoa.server.store.Store;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Runs every entity here. An entity is in memory from its first command until it has been idle for a while.
///
/// Thread-safe.
public final class LocalPlacement implements Placement {
    private static final System.Logger LOG = System.getLogger(LocalPlacement.class.getName());
    private static final int DUE_PER_POLL = 100;
    private static final int SWEEPS_PER_POLL = 10;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private final Store store;
    private final Timers timers;
    private final Executor threads;
    private final EntitySettings settings;
    private final EntityCounters counters = new EntityCounters();
    private final Residents residents;
    private final Resident.Surroundings surroundings;
    private final Map<String, EntityType> types = new ConcurrentHashMap<>();
    private volatile boolean closing;
    private volatile Timers.@Nullable Timeout poll;
    private volatile boolean pollFails;
    private volatile Store.@Nullable Due polledTo;

    /// @param threads runs each drain of a mailbox on a virtual thread
    /// @param epochs makes ids that were never seen before
    public LocalPlacement(
            Store store, Timers timers, Executor threads, Supplier<String> epochs, EntitySettings settings) {
        this.store = store;
        this.timers = timers;
        this.threads = threads;
        this.settings = settings;
        this.residents = new Residents(settings.maxActive());
        this.surroundings = new Resident.Surroundings(store, timers, threads, epochs, settings, residents, counters);
    }

    @Override
    public void register(EntityType type) {
        if (types.putIfAbsent(type.kind(), type) != null) {
            throw new IllegalStateException("entities of kind " + type.kind() + " are run already");
        }
    }

    @Override
    public void start() {
        pollLater();
    }

    private void pollLater() {
        if (!closing) {
            poll = timers.schedule(settings.pollEvery(), () -> threads.execute(this::poll));
        }
    }

    private void poll() {
        try {
            wakeDue();
            for (int i = 0; i < SWEEPS_PER_POLL && !closing && store.sweep(timers.millis()); i++) {
                // there is more to free
            }
            pollFails = false;
        } catch (RuntimeException broken) {
            if (closing) {
                // the store was closed meanwhile: what is due now is found by the next start
                LOG.log(DEBUG, "the last poll was not finished: {0}", broken.getMessage());
                return;
            }
            // it fails every time until the store is back: said once
            LOG.log(pollFails ? DEBUG : WARNING, "looking for due entities, or sweeping the store, failed", broken);
            pollFails = true;
        }
        pollLater();
    }

    /// Wakes hibernated entities whose time has come, and those in memory whose alarm is late because the wall
    /// clock was set. Goes through all that are due, a part in each poll: some may stay due, because they cannot
    /// be read or fail when they wake, and must not stand before the others for ever.
    private void wakeDue() {
        List<Store.Due> part = store.due(types.keySet(), timers.millis(), polledTo, DUE_PER_POLL);
        polledTo = part.size() < DUE_PER_POLL ? null : part.getLast();
        for (Store.Due due : part) {
            Resident resident = find(due.id());
            if (resident == null) {
                return;
            }
            resident.ring();
        }
    }

    @Override
    public EntityRef ref(EntityId id) {
        if (!types.containsKey(id.kind())) {
            throw new IllegalArgumentException("nobody runs entities of kind " + id.kind());
        }
        return new Ref(id);
    }

    @Override
    public int active() {
        return residents.count();
    }

    @Override
    public int active(String kind) {
        return residents.count(kind);
    }

    @Override
    public boolean isActive(EntityId id) {
        return residents.has(id);
    }

    /// What entities have done here.
    public EntityCounters counters() {
        return counters;
    }

    @Override
    public void close() {
        closing = true;
        Timers.Timeout next = poll;
        if (next != null) {
            next.cancel();
        }
        residents.forEach(Resident::stop);
        try {
            if (!residents.awaitNone(CLOSE_TIMEOUT)) {
                LOG.log(WARNING, "{0} entities did not finish in time", residents.count());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// @return why it was refused; null when it was not
    private @Nullable ProtocolException give(EntityId id, Asked asked) {
        while (!closing) {
            Resident resident = find(id);
            if (resident == null) {
                counters.commandRefused();
                return ProtocolException.ofPeer(
                        ErrorCode.RESOURCE_EXHAUSTED,
                        "more than " + settings.maxActive() + " entities are active on this node",
                        null);
            }
            switch (resident.offer(asked)) {
                case TAKEN -> {
                    counters.commandOffered();
                    return null;
                }
                case FULL -> {
                    counters.commandRefused();
                    return ProtocolException.ofPeer(
                            ErrorCode.RESOURCE_EXHAUSTED,
                            "the mailbox of " + id.name() + " holds " + settings.mailboxCapacity() + " commands",
                            null);
                }
                case SHUT -> residents.forget(resident);
            }
        }
        return ProtocolException.ofPeer(ErrorCode.UNAVAILABLE, "the server is stopping", null);
    }

    /// @return null when there are too many
    private @Nullable Resident find(EntityId id) {
        Resident resident = residents.findOrAdd(id, this::resident);
        if (resident != null && closing) {
            resident.stop();
        }
        return resident;
    }

    private Resident resident(EntityId id) {
        return new Resident(id, Objects.requireNonNull(types.get(id.kind())), new Ref(id), surroundings);
    }

    private final class Ref implements EntityRef {
        private final EntityId id;

        Ref(EntityId id) {
            this.id = id;
        }

        @Override
        public EntityId id() {
            return id;
        }

        @Override
        @SuppressWarnings("unchecked") // an entity answers a command with a record of the command's result type
        public <R extends Record> CompletableFuture<R> ask(Command<R> command, Duration deadline) {
            CompletableFuture<Record> answer = new CompletableFuture<>();
            ProtocolException refusal = give(id, Asked.of(command, answer));
            if (refusal == null) {
                expireAfter(deadline, answer);
            } else {
                answer.completeExceptionally(refusal);
            }
            return (CompletableFuture<R>) (CompletableFuture<?>) answer;
        }

        private void expireAfter(Duration deadline, CompletableFuture<Record> answer) {
            if (answer.isDone()) {
                return;
            }
            Timers.Timeout timeout = timers.schedule(
                    deadline,
                    () -> threads.execute(() -> answer.completeExceptionally(ProtocolException.ofPeer(
                            ErrorCode.DEADLINE_EXCEEDED, "no answer in " + deadline.toMillis() + " ms", null))));
            answer.whenComplete((_, _) -> timeout.cancel());
        }

        @Override
        public boolean tell(Command<?> command) {
            return give(id, Asked.told(command)) == null;
        }

        @Override
        public String toString() {
            return "EntityRef[" + id + "]";
        }
    }
}
