package dev.stoa.server.session;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// What the application remembers of a connection: seeded by authentication, kept across messages, never
/// sent (router protocol, section 10.2).
///
/// Thread-safe; each value changes atomically. Values are shared, so keep them immutable.
public final class ConnectionData {
    private final Map<DataKey<?>, Object> values = new ConcurrentHashMap<>(4);

    /// Returns the value, or null when it was never set.
    public <T> @Nullable T get(DataKey<T> key) {
        return key.type().cast(values.get(key));
    }

    public <T> Optional<T> find(DataKey<T> key) {
        return Optional.ofNullable(get(key));
    }

    /// Sets a value, replacing any before.
    public <T> ConnectionData put(DataKey<T> key, T value) {
        values.put(key, key.type().cast(value));
        return this;
    }

    /// Replaces a value by what `change` makes of it; returning null removes it.
    public <T> void update(DataKey<T> key, UnaryOperator<@Nullable T> change) {
        values.compute(key, (_, old) -> change.apply(key.type().cast(old)));
    }

    /// Sets every value of `partial` and keeps the others.
    public void assign(Map<? extends DataKey<?>, ?> partial) {
        partial.forEach((key, value) -> values.put(key, key.type().cast(value)));
    }

    public void remove(DataKey<?> key) {
        values.remove(key);
    }
}
