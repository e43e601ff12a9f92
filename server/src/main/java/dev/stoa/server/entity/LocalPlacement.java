package dev.stoa.server.entity;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.server.port.Timers;
import dev.stoa.server.store.EntityId;
import dev.stoa.server.store.Store;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Runs every entity here. An entity is in memory from its first command until it has been idle for a while.
///
/// Thread-safe.
public final class LocalPlacement implements Placement {
    private static final System.Logger LOG = System.getLogger(LocalPlacement.class.getName());
    private static final int DUE_PER_POLL = 100;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private final Store store;
    private final Timers timers;
    private final Executor threads;
    private final EntitySettings settings;
    private final Resident.Surroundings surroundings;
    private final Map<String, EntityType> types = new ConcurrentHashMap<>();
    private final Map<EntityId, Resident> residents = new ConcurrentHashMap<>();
    private final Object changed = new Object();
    private volatile boolean closing;
    private volatile Timers.@Nullable Timeout poll;

    /// @param threads runs each drain of a mailbox on a virtual thread
    /// @param epochs makes ids that were never seen before
    public LocalPlacement(
            Store store, Timers timers, Executor threads, Supplier<String> epochs, EntitySettings settings) {
        this.store = store;
        this.timers = timers;
        this.threads = threads;
        this.settings = settings;
        this.surroundings = new Resident.Surroundings(store, timers, threads, epochs, settings, new Residents());
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
            for (String kind : types.keySet()) {
                for (EntityId due : store.due(kind, timers.millis(), DUE_PER_POLL)) {
                    if (due.kind().equals(kind) && !residents.containsKey(due)) {
                        give(due, Asked.alarm(), false);
                    }
                }
            }
            store.sweep(timers.millis());
        } catch (RuntimeException broken) {
            LOG.log(System.Logger.Level.WARNING, "looking for due entities failed", broken);
        }
        pollLater();
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
        return residents.size();
    }

    @Override
    public int active(String kind) {
        int count = 0;
        for (EntityId id : residents.keySet()) {
            count += id.kind().equals(kind) ? 1 : 0;
        }
        return count;
    }

    @Override
    public boolean isActive(EntityId id) {
        return residents.containsKey(id);
    }

    @Override
    public void close() {
        closing = true;
        if (poll != null) {
            poll.cancel();
        }
        residents.values().forEach(Resident::stop);
        long deadline = System.nanoTime() + CLOSE_TIMEOUT.toNanos();
        synchronized (changed) {
            while (!residents.isEmpty()) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    LOG.log(System.Logger.Level.WARNING, "{0} entities did not finish in time", residents.size());
                    return;
                }
                try {
                    TimeUnit.NANOSECONDS.timedWait(changed, left);
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }

    private final class Residents implements Resident.House {
        @Override
        public void left(Resident resident) {
            residents.remove(resident.id(), resident);
            tellClosing();
        }

        @Override
        public void hibernate(Resident resident) {
            residents.computeIfPresent(
                    resident.id(), (_, known) -> known == resident && resident.tryToGo() ? null : known);
            tellClosing();
        }

        private void tellClosing() {
            if (closing) {
                synchronized (changed) {
                    changed.notifyAll();
                }
            }
        }
    }

    private Resident.Offer give(EntityId id, Asked asked, boolean bounded) {
        while (true) {
            Resident resident = residents.get(id);
            if (resident == null) {
                if (closing) {
                    return Resident.Offer.GONE;
                }
                if (residents.size() >= settings.maxActive()) {
                    throw ProtocolException.of(
                            ErrorCode.RESOURCE_EXHAUSTED,
                            "more than " + settings.maxActive() + " entities are active on this node");
                }
                resident = residents.computeIfAbsent(id, this::resident);
            }
            Resident.Offer offer = resident.offer(asked, bounded);
            if (offer != Resident.Offer.GONE) {
                return offer;
            }
            // It is on its way out of the map, which takes no time to speak of.
            Thread.onSpinWait();
        }
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
            try {
                switch (give(id, new Asked(command, answer), true)) {
                    case TAKEN -> expireAfter(deadline, answer);
                    case FULL ->
                        answer.completeExceptionally(ProtocolException.of(
                                ErrorCode.RESOURCE_EXHAUSTED,
                                "the mailbox of " + id.name() + " holds " + settings.mailboxCapacity() + " commands"));
                    case GONE ->
                        answer.completeExceptionally(
                                ProtocolException.of(ErrorCode.UNAVAILABLE, "the server is stopping"));
                }
            } catch (ProtocolException refused) {
                answer.completeExceptionally(refused);
            }
            return (CompletableFuture<R>) (CompletableFuture<?>) answer;
        }

        private void expireAfter(Duration deadline, CompletableFuture<Record> answer) {
            if (answer.isDone()) {
                return;
            }
            Timers.Timeout timeout = timers.schedule(
                    deadline,
                    () -> threads.execute(() -> answer.completeExceptionally(ProtocolException.of(
                            ErrorCode.DEADLINE_EXCEEDED, "no answer in " + deadline.toMillis() + " ms"))));
            answer.whenComplete((_, _) -> timeout.cancel());
        }

        @Override
        public boolean tell(Command<?> command) {
            try {
                return give(id, new Asked(command, null), true) == Resident.Offer.TAKEN;
            } catch (ProtocolException refused) {
                return false;
            }
        }

        @Override
        public String toString() {
            return "EntityRef[" + id + "]";
        }
    }
}
