package dev.stoa.server.topic;

import dev.stoa.server.session.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// The topics one session listens to (router protocol, section 12.3).
///
/// Every operation goes: normalise the name, wait for an operation in flight on the same topic, return
/// at once if already as wanted, check the name, ask the policy, check the limit, subscribe, remember,
/// tell the taps. A failure before subscribing changes nothing. Names read here are the normalised ones.
///
/// Thread-safe. Operations may block while a policy does; an inline handler, which runs on the event
/// loop, cannot wait for another handler's operation on the same topic and fails with `ADAPTER_ERROR`
/// instead.
public final class Subscriptions implements Iterable<String> {
    private static final Duration WAIT = Duration.ofSeconds(30);

    private final Session session;
    private final Topics topics;
    private final Setup setup;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition settled = lock.newCondition();
    private final Set<String> names = new LinkedHashSet<>(4);
    private final Map<String, TopicAction> pending = new HashMap<>(2);
    private boolean closed;

    /// What a session's subscriptions follow.
    public interface Setup {
        TopicRules rules();

        List<TopicPolicy> policies();

        /// Tells every tap, isolated from each other.
        void tell(Consumer<TopicTap> event);

        /// Wall-clock milliseconds.
        long millis();
    }

    public Subscriptions(Session session, Topics topics, Setup setup) {
        this.session = session;
        this.topics = topics;
        this.setup = setup;
    }

    /// Starts listening to a topic; does nothing if it listens already.
    ///
    /// @throws TopicException when refused; nothing has changed then
    public void subscribe(String topic) {
        change(List.of(topic), List.of(), false, () -> false);
    }

    /// Stops listening to a topic; does nothing if it does not listen, whatever the name.
    public void unsubscribe(String topic) {
        change(List.of(), List.of(topic), false, () -> false);
    }

    /// Starts listening to all of `wanted`, or to none if one is refused.
    public TopicChange subscribeMany(Collection<String> wanted) {
        return change(wanted, List.of(), false, () -> false);
    }

    /// As [#subscribeMany(Collection)], giving up before anything has changed once `aborted` says so.
    public TopicChange subscribeMany(Collection<String> wanted, BooleanSupplier aborted) {
        return change(wanted, List.of(), false, aborted);
    }

    /// Stops listening to those of `unwanted` that it listens to.
    public TopicChange unsubscribeMany(Collection<String> unwanted) {
        return change(List.of(), unwanted, false, () -> false);
    }

    /// Listens to exactly `wanted` from now on, or changes nothing if a new one is refused.
    public TopicChange set(Collection<String> wanted) {
        return change(wanted, List.of(), true, () -> false);
    }

    /// As [#set(Collection)], giving up before anything has changed once `aborted` says so.
    public TopicChange set(Collection<String> wanted, BooleanSupplier aborted) {
        return change(wanted, List.of(), true, aborted);
    }

    /// Stops listening to everything.
    public TopicChange clear() {
        return set(List.of());
    }

    /// As [#set], on an edited copy of the present names.
    public TopicChange update(Consumer<Set<String>> edit) {
        Set<String> draft = new LinkedHashSet<>(list());
        edit.accept(draft);
        return set(draft);
    }

    /// Whether it listens to that topic.
    public boolean has(String topic) {
        String name = normalize(topic);
        return locked(() -> names.contains(name));
    }

    /// Whether it listens to a topic of that normalised name.
    public boolean contains(String name) {
        return locked(() -> names.contains(name));
    }

    public int size() {
        return locked(names::size);
    }

    /// The names, as they are now.
    public List<String> list() {
        return locked(() -> List.copyOf(names));
    }

    @Override
    public Iterator<String> iterator() {
        return list().iterator();
    }

    /// How it stands to a topic at this moment, operations of other threads included.
    public TopicStatus localStatus(String topic) {
        String name = normalize(topic);
        return locked(() -> {
            TopicAction action = pending.get(name);
            if (action == null) {
                return names.contains(name) ? TopicStatus.SETTLED : TopicStatus.ABSENT;
            }
            return action == TopicAction.SUBSCRIBE ? TopicStatus.PENDING_SUBSCRIBE : TopicStatus.PENDING_UNSUBSCRIBE;
        });
    }

    /// Waits until no operation is in flight on a topic.
    ///
    /// @return false when the time ran out first
    public boolean settle(String topic, Duration timeout) {
        String name = normalize(topic);
        lock.lock();
        try {
            return awaitIdle(Set.of(name), timeout);
        } finally {
            lock.unlock();
        }
    }

    /// Whether the topic's own listeners agree with what is remembered here: always, unless the session
    /// has closed.
    public boolean verify(String topic) {
        return has(topic) && session.isOpen() && topics.subscribers(normalize(topic)) > 0;
    }

    /// Stops listening to everything for good. The names stay readable.
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            names.forEach(name -> topics.leave(name, session.outlet()));
        } finally {
            lock.unlock();
        }
    }

    private TopicChange change(
            Collection<String> wanted, Collection<String> unwanted, boolean exactly, BooleanSupplier aborted) {
        Set<String> toAdd = normalized(wanted);
        Set<String> toRemove = normalized(unwanted);
        lock.lock();
        try {
            Set<String> concerned = new LinkedHashSet<>(toAdd);
            concerned.addAll(exactly ? names : toRemove);
            if (!awaitIdle(concerned, WAIT)) {
                throw new TopicException(
                        TopicError.ADAPTER_ERROR, "Another operation on the same topic is in flight", Map.of(), null);
            }
            if (exactly) {
                toRemove.addAll(names);
                toRemove.removeAll(toAdd);
            }
            toAdd.removeAll(names);
            toRemove.retainAll(names);
            if (toAdd.isEmpty() && toRemove.isEmpty()) {
                return new TopicChange(0, 0, names.size());
            }
            checkOpen(aborted);
            toAdd.forEach(name -> pending.put(name, TopicAction.SUBSCRIBE));
            toRemove.forEach(name -> pending.put(name, TopicAction.UNSUBSCRIBE));
        } finally {
            lock.unlock();
        }
        TopicChange change = checkAndCommit(toAdd, toRemove, exactly, aborted);
        tellTaps(toAdd, toRemove);
        return change;
    }

    private TopicChange checkAndCommit(
            Set<String> toAdd, Set<String> toRemove, boolean exactly, BooleanSupplier aborted) {
        try {
            toAdd.forEach(setup.rules()::check);
            toAdd.forEach(name -> authorize(TopicAction.SUBSCRIBE, name));
            if (!exactly) {
                toRemove.forEach(name -> authorize(TopicAction.UNSUBSCRIBE, name));
            }
            lock.lock();
            try {
                checkOpen(aborted);
                checkLimit(names.size() - toRemove.size() + toAdd.size());
                toRemove.forEach(name -> topics.leave(name, session.outlet()));
                names.removeAll(toRemove);
                toAdd.forEach(name -> topics.join(name, session.outlet()));
                names.addAll(toAdd);
                return new TopicChange(toAdd.size(), toRemove.size(), names.size());
            } finally {
                lock.unlock();
            }
        } finally {
            lock.lock();
            try {
                pending.keySet().removeAll(toAdd);
                pending.keySet().removeAll(toRemove);
                settled.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private void checkOpen(BooleanSupplier aborted) {
        if (closed) {
            throw new TopicException(TopicError.CONNECTION_CLOSED, "Connection is closed", Map.of(), null);
        }
        if (aborted.getAsBoolean()) {
            throw new TopicException(TopicError.ABORTED, "Operation was aborted", Map.of(), null);
        }
    }

    private void checkLimit(int total) {
        int max = setup.rules().maxPerSession();
        if (total > max) {
            throw new TopicException(
                    TopicError.TOPIC_LIMIT_EXCEEDED,
                    total + " subscriptions exceed " + max,
                    Map.of("observed", total, "limit", max),
                    null);
        }
    }

    private void authorize(TopicAction action, String name) {
        for (TopicPolicy policy : setup.policies()) {
            try {
                policy.authorize(action, name, session);
            } catch (Exception denied) {
                if (denied instanceof InterruptedException) {
                    Thread.currentThread().interrupt();
                }
                throw new TopicException(
                        TopicError.ACL_SUBSCRIBE, "Not allowed: " + name, Map.of("topic", name), denied);
            }
        }
    }

    private boolean awaitIdle(Set<String> concerned, Duration timeout) {
        long left = timeout.toNanos();
        while (concerned.stream().anyMatch(pending::containsKey)) {
            if (left <= 0 || session.outlet().loop().isCurrent()) {
                return false;
            }
            try {
                left = settled.awaitNanos(left);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    private void tellTaps(Set<String> added, Set<String> removed) {
        long now = setup.millis();
        removed.forEach(name -> setup.tell(tap -> tap.onUnsubscribe(name, session.id(), now)));
        added.forEach(name -> setup.tell(tap -> tap.onSubscribe(name, session.id(), now)));
    }

    private Set<String> normalized(Collection<String> given) {
        Set<String> all = new LinkedHashSet<>();
        for (String topic : new ArrayList<>(given)) {
            all.add(normalize(topic));
        }
        return all;
    }

    private String normalize(String topic) {
        String name = topic;
        for (TopicPolicy policy : setup.policies()) {
            name = policy.normalize(name, session);
        }
        return name;
    }

    private <T> T locked(java.util.function.Supplier<T> read) {
        lock.lock();
        try {
            return read.get();
        } finally {
            lock.unlock();
        }
    }

    /// Gives up the lock attempt at once if another thread is inside.
    ///
    /// @return whether it closed
    public boolean tryClose() {
        if (!lock.tryLock()) {
            return false;
        }
        try {
            close();
            return true;
        } finally {
            lock.unlock();
        }
    }
}
