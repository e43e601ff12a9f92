package dev.stoa.client.lane;

import dev.stoa.client.Subscription;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// The application's callbacks for one kind of event: called in registration order, each isolated.
/// Thread-safe.
public final class Callbacks<T> {
    private final String what;
    private final List<Entry<T>> entries = new CopyOnWriteArrayList<>();

    /// Has identity, so that one consumer registered twice is two registrations.
    private static final class Entry<T> {
        private final Consumer<? super T> callback;

        private Entry(Consumer<? super T> callback) {
            this.callback = callback;
        }
    }

    /// @param what the event's name in the log
    public Callbacks(String what) {
        this.what = what;
    }

    public Subscription add(Consumer<? super T> callback) {
        Entry<T> entry = new Entry<>(callback);
        entries.add(entry);
        return () -> entries.remove(entry);
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    public void call(T event) {
        for (Entry<T> entry : entries) {
            Lane.isolated(what, () -> entry.callback.accept(event));
        }
    }
}
