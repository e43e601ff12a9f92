package dev.stoa.server.router;

import dev.stoa.server.session.Session;
import dev.stoa.server.topic.TopicPolicy;
import dev.stoa.server.topic.TopicTap;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// Everything of an application that a router calls besides message handlers, in the order registered.
/// Thread-safe.
record Hooks(
        List<OpenHandler> open,
        List<CloseHandler> close,
        List<AuthHandler> auth,
        List<ErrorHandler> error,
        List<LimitHandler> limit,
        List<Consumer<Session>> stale,
        List<TopicPolicy> policies,
        List<RouterObserver> observers,
        List<TopicTap> taps) {

    static Hooks none() {
        return new Hooks(
                new CopyOnWriteArrayList<>(),
                new CopyOnWriteArrayList<>(),
                new CopyOnWriteArrayList<>(),
                new CopyOnWriteArrayList<>(),
                new CopyOnWriteArrayList<>(),
                new CopyOnWriteArrayList<>(),
                new CopyOnWriteArrayList<>(),
                new CopyOnWriteArrayList<>(),
                new CopyOnWriteArrayList<>());
    }

    /// Adds what `other` has behind what is here; observers and taps stay with their own router.
    void append(Hooks other) {
        open.addAll(other.open);
        close.addAll(other.close);
        auth.addAll(other.auth);
        error.addAll(other.error);
        limit.addAll(other.limit);
        stale.addAll(other.stale);
        policies.addAll(other.policies);
    }

    /// Forgets handlers; observers and taps are taken back by those who registered them.
    void clear() {
        open.clear();
        close.clear();
        auth.clear();
        error.clear();
        limit.clear();
        stale.clear();
        policies.clear();
    }
}
