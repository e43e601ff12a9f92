package dev.stoa.server.router;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/// Tells work that its result is no longer wanted. Thread-safe.
public final class AbortSignal {
    private static final System.Logger LOG = System.getLogger(AbortSignal.class.getName());

    private @Nullable List<Runnable> callbacks;
    private volatile @Nullable AbortReason reason;

    AbortSignal() {}

    public boolean isAborted() {
        return reason != null;
    }

    /// Why; null while not aborted.
    public @Nullable AbortReason reason() {
        return reason;
    }

    /// @throws CancellationException when aborted
    public void throwIfAborted() {
        AbortReason known = reason;
        if (known != null) {
            throw new CancellationException(known.text());
        }
    }

    /// Runs `callback` once when the signal fires, at once if it has. Callbacks run in the order
    /// registered, each isolated from the others' exceptions.
    ///
    /// @return takes the callback back
    public Runnable onAbort(Runnable callback) {
        synchronized (this) {
            if (reason == null) {
                List<Runnable> known = callbacks;
                if (known == null) {
                    known = new ArrayList<>(2);
                    callbacks = known;
                }
                known.add(callback);
                return () -> forget(callback);
            }
        }
        isolated(callback);
        return () -> {};
    }

    /// Marks the signal; the callbacks are the caller's to run.
    ///
    /// @return what to run, at most once ever
    Runnable fire(AbortReason why) {
        List<Runnable> toRun;
        synchronized (this) {
            if (reason != null) {
                return () -> {};
            }
            reason = why;
            toRun = callbacks == null ? List.of() : callbacks;
            callbacks = null;
        }
        return () -> toRun.forEach(AbortSignal::isolated);
    }

    private synchronized void forget(Runnable callback) {
        if (callbacks != null) {
            callbacks.remove(callback);
        }
    }

    private static void isolated(Runnable callback) {
        try {
            callback.run();
        } catch (Throwable error) {
            LOG.log(System.Logger.Level.WARNING, "abort callback failed", error);
        }
    }
}
