package dev.stoa.server.document;

import dev.stoa.protocol.ProtocolException;
import dev.stoa.server.entity.Answers;
import dev.stoa.server.store.EntityId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What happens to a document, to be taken event by event, in order and without holes; see
/// [DocumentRoom#events]. Close it when it is not needed any more.
///
/// Edits wait here until they are taken: at most 1000, of 4 MiB of text together. What is beyond is let
/// go of, and once those are taken the document is asked what has changed since. It is
/// asked as well when it may have been changed without being able to tell, and when a counter value is
/// missing. So nothing a consumer does delays the document or grows the heap, and what it gets always
/// adds up.
///
/// Thread-safe; meant for one consumer.
public final class DocumentEvents implements AutoCloseable {
    static final int MAX_WAITING = 1000;
    static final int MAX_WAITING_LENGTH = 4 * 1024 * 1024;

    private static final System.Logger LOG = System.getLogger(DocumentEvents.class.getName());
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final int MAX_DOUBLINGS = 8;
    /// After so many failures it is worth a line in the log; fewer happen when a server stops.
    private static final int LASTING = 3;

    private final EntityId document;
    private final DocumentWatchers watchers;
    private final DocumentsRuntime runtime;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<DocumentEvent.Changed> waiting = new ArrayDeque<>();
    private long waitingLength;
    /// What was taken.
    private DocumentPosition position;
    /// Whether the document must be asked, once what waits is taken; nothing more is taken up until then.
    private boolean doubtful = true;
    private boolean asking;
    /// What the document answered.
    private @Nullable DocumentChanges told;
    private int failures;
    private boolean held;
    private boolean opened;
    private boolean stopped;
    private boolean closed;

    private DocumentEvents(
            EntityId document, DocumentPosition since, DocumentWatchers watchers, DocumentsRuntime runtime) {
        this.document = document;
        this.position = since;
        this.watchers = watchers;
        this.runtime = runtime;
    }

    /// @throws ProtocolException when the document cannot be asked
    static DocumentEvents open(
            EntityId document, DocumentPosition since, DocumentWatchers watchers, DocumentsRuntime runtime) {
        DocumentEvents events = new DocumentEvents(document, since, watchers, runtime);
        watchers.join(document, events);
        try {
            Answers.await(events.ask());
            events.opened();
            return events;
        } catch (ProtocolException unable) {
            events.close();
            throw unable;
        }
    }

    private void opened() {
        lock.lock();
        try {
            opened = true;
        } finally {
            lock.unlock();
        }
    }

    /// Takes the next event, and waits for it.
    ///
    /// @return empty when the time is over, or nothing more comes
    public Optional<DocumentEvent> next(Duration timeout) throws InterruptedException {
        long left = timeout.toNanos();
        lock.lockInterruptibly();
        try {
            while (true) {
                DocumentEvent event = poll();
                if (event != null) {
                    return Optional.of(event);
                }
                if (over()) {
                    changed.signalAll();
                    return Optional.empty();
                }
                if (left <= 0) {
                    return Optional.empty();
                }
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private @Nullable DocumentEvent poll() {
        while (!closed && !held && !asking) {
            DocumentChanges answer = told;
            if (answer != null) {
                told = null;
                position = answer.position();
                if (!answer.isEmpty()) {
                    return eventOf(answer);
                }
            } else if (!waiting.isEmpty()) {
                DocumentEvent.Changed edit = waiting.remove();
                waitingLength -= lengthOf(edit);
                if (position.isFollowedBy(edit.position())) {
                    position = edit.position();
                    return edit;
                }
                if (!position.covers(edit.position())) {
                    forget();
                    doubtful = true;
                }
            } else if (doubtful && !stopped) {
                var _ = ask();
            } else {
                return null;
            }
        }
        return null;
    }

    private static DocumentEvent eventOf(DocumentChanges answer) {
        return answer.replaces()
                ? new DocumentEvent.Restored(answer.patches(), answer.position())
                : new DocumentEvent.Changed("", answer.patches(), answer.position());
    }

    private static long lengthOf(DocumentEvent.Changed edit) {
        return edit.patches().toString().length();
    }

    // Asking

    /// Asks for what is newer than what was taken.
    ///
    /// What the document tells before it answers has happened before and is in the answer, for it tells and
    /// answers in the order of its turns. So that this order is also the one in which the lock is taken, the
    /// answer is waited for before it is let go of.
    private CompletableFuture<DocumentCommand.Newer> ask() {
        lock.lock();
        try {
            doubtful = false;
            asking = true;
            return runtime.placement()
                    .ref(document)
                    .ask(new DocumentCommand.Since(position.epoch(), position.timestamp()), runtime.deadline())
                    .whenComplete(this::answered);
        } finally {
            lock.unlock();
        }
    }

    private void answered(DocumentCommand.@Nullable Newer newer, @Nullable Throwable failure) {
        lock.lock();
        try {
            asking = false;
            if (newer != null) {
                failures = 0;
                told = newer.changes();
            } else if (opened) {
                notAnswered(failure);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void notAnswered(@Nullable Throwable failure) {
        doubtful = true;
        if (failures == LASTING && !stopped && !closed) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0} cannot be asked for its changes and will be asked again: {1}",
                    document,
                    failure == null ? null : failure.getMessage());
        }
        hold(++failures);
    }

    private void forget() {
        waiting.clear();
        waitingLength = 0;
    }

    /// Gives nothing for a while, which grows with the failures.
    private void hold(int failuresSoFar) {
        held = true;
        long pause = FIRST_PAUSE_MILLIS << Math.min(failuresSoFar - 1, MAX_DOUBLINGS);
        runtime.timers().schedule(Duration.ofMillis(pause), this::letGo);
    }

    private void letGo() {
        lock.lock();
        try {
            held = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// What was given behind a position was not taken: it will be given again, after a while.
    void again(DocumentPosition taken, int failuresSoFar) {
        lock.lock();
        try {
            position = taken;
            forget();
            doubtful = true;
            hold(failuresSoFar);
        } finally {
            lock.unlock();
        }
    }

    // Being told

    /// An edit is kept.
    void offer(DocumentEvent.Changed edit) {
        lock.lock();
        try {
            if (doubtful || asking || stopped || closed) {
                return;
            }
            long length = lengthOf(edit);
            if (waiting.size() >= MAX_WAITING || waitingLength + length > MAX_WAITING_LENGTH) {
                doubtful = true;
            } else {
                waiting.add(edit);
                waitingLength += length;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// The document is at a position: a write that seemed to fail may have been kept.
    void check(DocumentPosition found) {
        lock.lock();
        try {
            DocumentChanges answer = told;
            DocumentPosition newest =
                    !waiting.isEmpty() ? waiting.getLast().position() : answer == null ? position : answer.position();
            if (!newest.equals(found)) {
                doubt();
            }
        } finally {
            lock.unlock();
        }
    }

    /// The document must be asked before anything newer is given; unless it is being asked.
    void doubt() {
        lock.lock();
        try {
            if (!asking) {
                doubtful = true;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    // Ending

    /// The server stops: what waits may still be taken.
    void stop() {
        lock.lock();
        try {
            stopped = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until nothing more comes.
    void awaitOver(long nanos) {
        lock.lock();
        try {
            for (long left = nanos; left > 0 && !over(); left = changed.awaitNanos(left)) {
                // taken meanwhile, or not
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /// Whether nothing more comes: this was closed, or the server has stopped.
    public boolean isOver() {
        lock.lock();
        try {
            return over();
        } finally {
            lock.unlock();
        }
    }

    private boolean over() {
        return closed || stopped && !asking && told == null && waiting.isEmpty();
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /// What was taken. Following the document again from there misses nothing.
    public DocumentPosition position() {
        lock.lock();
        try {
            return position;
        } finally {
            lock.unlock();
        }
    }

    Executor threads() {
        return runtime.threads();
    }

    /// Nothing is given afterwards. Closing twice does nothing.
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            forget();
            told = null;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        watchers.leave(document, this);
    }

    @Override
    public String toString() {
        return "DocumentEvents[" + document + "]";
    }
}
