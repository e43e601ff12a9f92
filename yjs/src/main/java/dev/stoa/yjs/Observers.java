package dev.stoa.yjs;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// The listeners of one type. Confined to its document.
final class Observers {
    private final List<Consumer<TypeEvent>> direct = new CopyOnWriteArrayList<>();
    private final List<Consumer<List<TypeEvent>>> deep = new CopyOnWriteArrayList<>();

    Subscription add(Consumer<TypeEvent> listener) {
        direct.add(listener);
        return () -> direct.remove(listener);
    }

    Subscription addDeep(Consumer<List<TypeEvent>> listener) {
        deep.add(listener);
        return () -> deep.remove(listener);
    }

    void announce(TypeEvent event) {
        direct.forEach(listener -> listener.accept(event));
    }

    void announceDeep(List<TypeEvent> events) {
        deep.forEach(listener -> listener.accept(events));
    }
}
