package dev.stoa.client;

import dev.stoa.client.error.ClientStateException;
import dev.stoa.client.error.ClientStateException.Reason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The requests that wait for an answer, by correlation id, and the ids given up lately. Thread-safe.
///
/// Taking a call out is how it is decided who ends it: exactly one taker gets it.
final class PendingCalls {
    private static final int MAX_GIVEN_UP = 1000;

    private final int limit;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Call<?>> calls = new HashMap<>();
    private final LinkedHashSet<String> givenUp = new LinkedHashSet<>();

    PendingCalls(int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("the limit of pending requests must be positive: " + limit);
        }
        this.limit = limit;
    }

    /// @throws ClientStateException when the limit is reached or the id waits already
    void add(Call<?> call) {
        lock.lock();
        try {
            if (calls.size() >= limit) {
                throw new ClientStateException(
                        Reason.TOO_MANY_REQUESTS, "as many requests as allowed are waiting: " + limit);
            }
            if (calls.putIfAbsent(call.id(), call) != null) {
                throw new ClientStateException(
                        Reason.DUPLICATE_ID, "a request with this correlation id is waiting: " + call.id());
            }
        } finally {
            lock.unlock();
        }
    }

    @Nullable
    Call<?> get(String id) {
        lock.lock();
        try {
            return calls.get(id);
        } finally {
            lock.unlock();
        }
    }

    @Nullable
    Call<?> take(String id) {
        lock.lock();
        try {
            return calls.remove(id);
        } finally {
            lock.unlock();
        }
    }

    /// Returns whether the caller is the one to end the call.
    boolean take(Call<?> call) {
        lock.lock();
        try {
            return calls.remove(call.id(), call);
        } finally {
            lock.unlock();
        }
    }

    List<Call<?>> takeIf(Predicate<Call<?>> wanted) {
        lock.lock();
        try {
            List<Call<?>> taken = new ArrayList<>();
            calls.values().removeIf(call -> wanted.test(call) && taken.add(call));
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /// Remembers an id whose request was aborted, because the server still answers it.
    void giveUp(String id) {
        lock.lock();
        try {
            if (givenUp.add(id) && givenUp.size() > MAX_GIVEN_UP) {
                givenUp.removeFirst();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Returns whether the id was given up, and forgets it.
    boolean wasGivenUp(String id) {
        lock.lock();
        try {
            return givenUp.remove(id);
        } finally {
            lock.unlock();
        }
    }
}
