package dev.stoa.server.topic;

import dev.stoa.server.delivery.DeliveryLoop;
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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

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
        subscribe(topic, TopicOptions.usual());
    }

    public void subscribe(String topic, TopicOptions options) {
        change(List.of(topic), List.of(), false, options);
    }

    /// Stops listening to a topic; does nothing if it does not listen, whatever the name.
    public void unsubscribe(String topic) {
        unsubscribe(topic, TopicOptions.usual());
    }

    public void unsubscribe(String topic, TopicOptions options) {
        change(List.of(), List.of(topic), false, options);
    }

    /// Starts listening to all of `wanted`, or to none if one is refused.
    public TopicChange subscribeMany(Collection<String> wanted) {
        return subscribeMany(wanted, TopicOptions.usual());
    }

    public TopicChange subscribeMany(Collection<String> wanted, TopicOptions options) {
        return change(wanted, List.of(), false, options);
    }

    /// Stops listening to those of `unwanted` that it listens to.
    public TopicChange unsubscribeMany(Collection<String> unwanted) {
        return unsubscribeMany(unwanted, TopicOptions.usual());
    }

    public TopicChange unsubscribeMany(Collection<String> unwanted, TopicOptions options) {
        return change(List.of(), unwanted, false, options);
    }

    /// Listens to exactly `wanted` from now on, or changes nothing if a new one is refused.
    public TopicChange set(Collection<String> wanted) {
        return set(wanted, TopicOptions.usual());
    }

    public TopicChange set(Collection<String> wanted, TopicOptions options) {
        return change(wanted, List.of(), true, options);
    }

    /// Stops listening to everything.
    public TopicChange clear() {
        return set(List.of());
    }

    public TopicChange clear(TopicOptions options) {
        return set(List.of(), options);
    }

    /// As [#set], on an edited copy of the present names.
    public TopicChange update(Consumer<Set<String>> edit) {
        return update(edit, TopicOptions.usual());
    }

    public TopicChange update(Consumer<Set<String>> edit, TopicOptions options) {
        Set<String> draft = new LinkedHashSet<>(list());
        edit.accept(draft);
        return set(draft, options);
    }

    /// Whether it listens to that topic.
    public boolean has(String topic) {
        String name = normalize(topic);
        return locked(() -> names.contains(name));
    }

    /// Whether what is published under that normalised name reaches it now: never once it has closed.
    public boolean listensTo(String name) {
        return locked(() -> !closed && names.contains(name));
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

    /// Waits until no operation is in flight.
    ///
    /// @return false when the time ran out first, or it was given up
    public boolean settle(TopicOptions options) {
        return settle(pending::isEmpty, options);
    }

    /// Waits until no operation is in flight on a topic.
    ///
    /// @return false when the time ran out first, or it was given up
    public boolean settle(String topic, TopicOptions options) {
        String name = normalize(topic);
        return settle(() -> !pending.containsKey(name), options);
    }

    private boolean settle(BooleanSupplier isSettled, TopicOptions options) {
        return locked(() -> await(isSettled, options));
    }

    /// Asks the topic itself, once no operation is in flight on it.
    public TopicVerification verify(String topic, TopicOptions options) {
        try {
            String name = normalize(topic);
            if (!settle(() -> !pending.containsKey(name), options)) {
                return TopicVerification.TIMEOUT;
            }
            boolean before = listensTo(name);
            boolean listens = ask(name, options.timeout());
            boolean after = listensTo(name);
            if (before == after && after != listens) {
                return TopicVerification.ERROR;
            }
            return listens ? TopicVerification.SUBSCRIBED : TopicVerification.UNSUBSCRIBED;
        } catch (TimeoutException late) {
            return TopicVerification.TIMEOUT;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return TopicVerification.TIMEOUT;
        } catch (ExecutionException | RuntimeException failed) {
            return TopicVerification.ERROR;
        }
    }

    /// Goes through the event loop, behind everything given to it before.
    private boolean ask(String name, Duration timeout)
            throws InterruptedException, ExecutionException, TimeoutException {
        DeliveryLoop loop = session.outlet().loop();
        var question = new FutureTask<>(() -> topics.reaches(name, session.outlet()));
        loop.run(question);
        return question.get(loop.isCurrent() ? 0 : timeout.toNanos(), TimeUnit.NANOSECONDS);
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
            Collection<String> wanted, Collection<String> unwanted, boolean exactly, TopicOptions options) {
        Set<String> toAdd = normalized(wanted);
        Set<String> toRemove = normalized(unwanted);
        lock.lock();
        try {
            if (!await(() -> noneIsPending(toAdd) && noneIsPending(exactly ? names : toRemove), options)) {
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
            checkOpen(options);
            toAdd.forEach(name -> pending.put(name, TopicAction.SUBSCRIBE));
            toRemove.forEach(name -> pending.put(name, TopicAction.UNSUBSCRIBE));
        } finally {
            lock.unlock();
        }
        TopicChange change = checkAndCommit(toAdd, toRemove, exactly, options);
        tellTaps(toAdd, toRemove);
        return change;
    }

    private TopicChange checkAndCommit(Set<String> toAdd, Set<String> toRemove, boolean exactly, TopicOptions options) {
        try {
            toAdd.forEach(setup.rules()::check);
            toAdd.forEach(name -> authorize(TopicAction.SUBSCRIBE, name));
            if (!exactly) {
                toRemove.forEach(name -> authorize(TopicAction.UNSUBSCRIBE, name));
            }
            lock.lock();
            try {
                checkOpen(options);
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

    private void checkOpen(TopicOptions options) {
        if (closed) {
            throw new TopicException(TopicError.CONNECTION_CLOSED, "Connection is closed", Map.of(), null);
        }
        if (options.aborted().getAsBoolean()) {
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

    private boolean noneIsPending(Set<String> concerned) {
        return concerned.stream().noneMatch(pending::containsKey);
    }

    /// Waits, holding the lock, until `isSettled`. Not on the event loop, which must not wait.
    private boolean await(BooleanSupplier isSettled, TopicOptions options) {
        long left = options.timeout().toNanos();
        while (!isSettled.getAsBoolean()) {
            if (left <= 0
                    || options.aborted().getAsBoolean()
                    || session.outlet().loop().isCurrent()) {
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

    private <T> T locked(Supplier<T> read) {
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
