package dev.stoa.server.router;

import dev.stoa.server.port.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// One session's calls in flight, and their clocks.
///
/// There is one timer for each session with calls, set for the earliest that can run out; it looks at
/// all of them and sets itself again. Thread-safe.
final class Calls {
    private static final long LONGEST_WAIT_MILLIS = Duration.ofDays(365).toMillis();

    private final Timers timers;
    private final Executor handlers;
    private final RouterOptions options;
    private final Runnable onEmpty;
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicInteger unsettled = new AtomicInteger();
    private final Map<String, Call<?, ?>> byId = new ConcurrentHashMap<>(4);
    private volatile boolean closed;
    private long nextSweepNanos;
    private Timers.@Nullable Timeout nextSweep;

    /// What became of a call that wants to begin.
    enum Admission {
        ADMITTED,
        DUPLICATE,
        TOO_MANY,
        /// The connection has ended.
        CLOSED
    }

    /// @param onEmpty called each time no call is left whose answer is still to be written
    Calls(Timers timers, Executor handlers, RouterOptions options, Runnable onEmpty) {
        this.timers = timers;
        this.handlers = handlers;
        this.options = options;
        this.onEmpty = onEmpty;
    }

    Admission admit(Call<?, ?> call) {
        if (byId.containsKey(call.id())) {
            return Admission.DUPLICATE;
        }
        if (count.get() >= options.maxInflightRpcsPerSession()) {
            return Admission.TOO_MANY;
        }
        if (byId.putIfAbsent(call.id(), call) != null) {
            return Admission.DUPLICATE;
        }
        count.incrementAndGet();
        unsettled.incrementAndGet();
        if (closed) {
            remove(call);
            return Admission.CLOSED;
        }
        sweepBy(dueNanos(call));
        return Admission.ADMITTED;
    }

    /// Whether a call of that id may begin, for one that will be admitted only if it is not answered at
    /// once.
    Admission outlook(String id) {
        if (byId.containsKey(id)) {
            return Admission.DUPLICATE;
        }
        return count.get() < options.maxInflightRpcsPerSession() ? Admission.ADMITTED : Admission.TOO_MANY;
    }

    void remove(Call<?, ?> call) {
        if (release(call)) {
            settle();
        }
    }

    /// Frees the call's id and slot. Done before its answer is written, because the peer may use both
    /// again as soon as it has the answer.
    ///
    /// @return whether it had them; then [#settle] must follow
    boolean release(Call<?, ?> call) {
        if (!byId.remove(call.id(), call)) {
            return false;
        }
        count.decrementAndGet();
        return true;
    }

    /// The answer of a released call has been written.
    void settle() {
        if (unsettled.decrementAndGet() == 0) {
            onEmpty.run();
        }
    }

    /// Whether every call has been answered or given up.
    boolean isSettled() {
        return unsettled.get() == 0;
    }

    @Nullable
    Call<?, ?> find(String id) {
        return byId.get(id);
    }

    /// Calls in flight: those that hold a slot.
    int count() {
        return count.get();
    }

    /// Gives up every call.
    ///
    /// @return all abort callbacks
    List<Runnable> giveUpAll(AbortReason reason) {
        List<Runnable> callbacks = new ArrayList<>();
        for (Call<?, ?> call : byId.values()) {
            callbacks.add(call.giveUp(reason));
        }
        return callbacks;
    }

    /// Admits no more calls.
    synchronized void close() {
        closed = true;
        if (nextSweep != null) {
            nextSweep.cancel();
            nextSweep = null;
        }
    }

    private long dueNanos(Call<?, ?> call) {
        long idle = call.lastActivityNanos() + options.rpcIdleTimeout().toNanos();
        long deadline = timers.nanoTime() + Math.min(call.timeRemaining(), LONGEST_WAIT_MILLIS) * 1_000_000;
        return deadline - idle < 0 ? deadline : idle;
    }

    private synchronized void sweepBy(long due) {
        if (closed) {
            return;
        }
        if (nextSweep != null) {
            if (due - nextSweepNanos >= 0) {
                return;
            }
            nextSweep.cancel();
        }
        nextSweepNanos = due;
        Duration delay = Duration.ofNanos(Math.max(0, due - timers.nanoTime()));
        nextSweep = timers.schedule(delay, () -> handlers.execute(this::sweep));
    }

    private void sweep() {
        synchronized (this) {
            nextSweep = null;
        }
        long now = timers.nanoTime();
        boolean left = false;
        long earliest = 0;
        for (Call<?, ?> call : byId.values()) {
            if (call.timeRemaining() == 0) {
                handlers.execute(call.giveUp(AbortReason.DEADLINE));
            } else if (now - call.lastActivityNanos()
                    >= options.rpcIdleTimeout().toNanos()) {
                handlers.execute(call.giveUp(AbortReason.IDLE_TIMEOUT));
            } else {
                long due = dueNanos(call);
                earliest = left && earliest - due <= 0 ? earliest : due;
                left = true;
            }
        }
        if (left) {
            sweepBy(earliest);
        }
    }
}
