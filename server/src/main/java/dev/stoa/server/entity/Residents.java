package dev.stoa.server.entity;

import dev.stoa.server.store.EntityId;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The entities that are in memory: at most so many. Thread-safe.
///
/// A resident goes, and is forgotten, in one step of the map, so that there is never a second one beside it
/// that takes commands.
final class Residents {
    private final Map<EntityId, Resident> byId = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicInteger leaving = new AtomicInteger();
    private final int max;
    private final Object changed = new Object();
    private volatile boolean awaited;

    Residents(int max) {
        this.max = max;
    }

    /// @param maker must be quick and not come back here
    /// @return null when there are too many
    @Nullable
    Resident findOrAdd(EntityId id, Function<EntityId, Resident> maker) {
        return byId.computeIfAbsent(id, missing -> {
            if (count.incrementAndGet() > max) {
                count.decrementAndGet();
                return null;
            }
            return maker.apply(missing);
        });
    }

    /// Forgets a resident that takes nothing more.
    void forget(Resident gone) {
        byId.computeIfPresent(gone.id(), (_, known) -> known == gone && gone.isGone() ? removed() : known);
        tellAwaiting();
    }

    /// Lets a resident tell everybody that it goes. Until that is done it is waited for, though another may already
    /// be in its place.
    void leaving(Runnable farewell) {
        leaving.incrementAndGet();
        try {
            farewell.run();
        } finally {
            leaving.decrementAndGet();
            tellAwaiting();
        }
    }

    /// Forgets a resident if [Resident#tryToGo] lets it go.
    void hibernate(Resident resident) {
        byId.computeIfPresent(resident.id(), (_, known) -> known == resident && resident.tryToGo() ? removed() : known);
        tellAwaiting();
    }

    private @Nullable Resident removed() {
        count.decrementAndGet();
        return null;
    }

    int count() {
        return count.get();
    }

    int count(String kind) {
        int found = 0;
        for (EntityId id : byId.keySet()) {
            found += id.kind().equals(kind) ? 1 : 0;
        }
        return found;
    }

    boolean has(EntityId id) {
        return byId.containsKey(id);
    }

    void forEach(Consumer<Resident> action) {
        byId.values().forEach(action);
    }

    private void tellAwaiting() {
        if (awaited) {
            synchronized (changed) {
                changed.notifyAll();
            }
        }
    }

    /// Waits until nobody is here, and nobody is leaving.
    ///
    /// @return false when the time ran out first
    boolean awaitNone(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        synchronized (changed) {
            awaited = true;
            while (count.get() > 0 || leaving.get() > 0) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                TimeUnit.NANOSECONDS.timedWait(changed, left);
            }
            return true;
        }
    }
}
