package dev.stoa.client;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// Cancels requests from outside: give one token to any number of them, and cancel once. Thread-safe.
public final class CancelToken {
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Runnable> listeners = new ArrayList<>();
    private boolean cancelled;

    /// Ends the requests that carry this token, and every later one before it is sent.
    public void cancel() {
        List<Runnable> told;
        lock.lock();
        try {
            cancelled = true;
            told = List.copyOf(listeners);
            listeners.clear();
        } finally {
            lock.unlock();
        }
        told.forEach(Runnable::run);
    }

    public boolean isCancelled() {
        lock.lock();
        try {
            return cancelled;
        } finally {
            lock.unlock();
        }
    }

    /// Runs `listener` on cancellation, at once if that has happened.
    void onCancel(Runnable listener) {
        lock.lock();
        try {
            if (!cancelled) {
                listeners.add(listener);
                return;
            }
        } finally {
            lock.unlock();
        }
        listener.run();
    }

    void forget(Runnable listener) {
        lock.lock();
        try {
            listeners.remove(listener);
        } finally {
            lock.unlock();
        }
    }
}
