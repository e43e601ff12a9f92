package dev.stoa.client;

import dev.stoa.client.ReturnRule.Verdict;
import dev.stoa.client.error.ClientException;
import dev.stoa.client.error.ClientStateException;
import dev.stoa.client.error.ClientStateException.Reason;
import dev.stoa.client.error.ConnectFailedException;
import dev.stoa.client.error.ConnectionClosedException;
import dev.stoa.client.lane.Callbacks;
import dev.stoa.client.lane.Lane;
import dev.stoa.client.link.Admission;
import dev.stoa.client.link.Link;
import dev.stoa.client.link.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The one connection that the application sees, over as many links as it takes (router protocol,
/// sections 16.1 to 16.4).
///
/// All state is one [Phase] and the offline queue, behind one lock, under which nothing blocks and no
/// application code runs; that is why opening, sending and closing live in one class. Thread-safe.
final class Connection implements Link.Owner {
    private static final System.Logger LOG = System.getLogger(Connection.class.getName());

    private final Dialer dialer;
    private final Reconnect reconnect;
    private final ReturnRule returnRule;
    private final RandomGenerator random;
    private final Scheduler scheduler;
    private final Executor executor;
    private final Duration closeTimeout;
    private final PendingCalls pending;
    private final Inbox inbox;
    private final Callbacks<ClientFault> faults;
    private final Callbacks<ClientState> stateCallbacks = new Callbacks<>("onState callback");
    private final Lane stateLane;
    private final Lane messageLane;

    private final ReentrantLock lock = new ReentrantLock();
    private final OfflineQueue queue;
    private final List<CompletableFuture<Void>> openWaiters = new ArrayList<>();
    private Phase phase = new Phase.Closed();
    private int retries;
    private long waits;
    private boolean everTried;
    private @Nullable Closure lastClose;
    private @Nullable Thread greeter;

    /// What is given to [Connection] beside its collaborators.
    ///
    /// @param reconnect when to try again
    /// @param returnRule whether to
    /// @param random spreads the waits
    /// @param closeTimeout how long to wait for the peer's close
    record Rules(Reconnect reconnect, ReturnRule returnRule, RandomGenerator random, Duration closeTimeout) {}

    Connection(
            Dialer dialer,
            Rules rules,
            OfflineQueue queue,
            PendingCalls pending,
            Inbox inbox,
            Callbacks<ClientFault> faults,
            Lane messageLane) {
        this.dialer = dialer;
        this.reconnect = rules.reconnect();
        this.returnRule = rules.returnRule();
        this.random = rules.random();
        this.closeTimeout = rules.closeTimeout();
        this.scheduler = dialer.scheduler();
        this.executor = dialer.executor();
        this.queue = queue;
        this.pending = pending;
        this.inbox = inbox;
        this.faults = faults;
        this.messageLane = messageLane;
        this.stateLane = new Lane(executor);
    }

    /// Connects unless connected; one attempt is shared by all who ask while it runs.
    CompletableFuture<Void> connect() {
        lock.lock();
        try {
            return switch (phase) {
                case Phase.Connecting connecting -> connecting.attempt().copy();
                case Phase.Opening ignored -> CompletableFuture.completedFuture(null);
                case Phase.Open ignored -> CompletableFuture.completedFuture(null);
                case Phase.Closing ignored ->
                    CompletableFuture.failedFuture(new ClientStateException(Reason.CLOSING, "the client is closing"));
                case Phase.Waiting waiting -> {
                    waiting.timer().cancel();
                    yield begin().copy();
                }
                case Phase.Closed ignored -> begin().copy();
            };
        } finally {
            lock.unlock();
        }
    }

    /// Connects if nobody ever asked to; empty when somebody did.
    Optional<CompletableFuture<Void>> connectFirst() {
        lock.lock();
        try {
            return everTried || !(phase instanceof Phase.Closed) ? Optional.empty() : Optional.of(begin().copy());
        } finally {
            lock.unlock();
        }
    }

    ClientState state() {
        return phase().state();
    }

    String subprotocol() {
        return switch (phase()) {
            case Phase.Opening opening -> opening.link().subprotocol();
            case Phase.Open open -> open.link().subprotocol();
            default -> "";
        };
    }

    Optional<Closure> lastClose() {
        lock.lock();
        try {
            return Optional.ofNullable(lastClose);
        } finally {
            lock.unlock();
        }
    }

    Subscription onState(Consumer<? super ClientState> callback) {
        return stateCallbacks.add(callback);
    }

    CompletableFuture<Void> onceOpen() {
        lock.lock();
        try {
            CompletableFuture<Void> opened = new CompletableFuture<>();
            if (phase.state() == ClientState.OPEN) {
                opened.complete(null);
            } else {
                openWaiters.add(opened);
            }
            return opened;
        } finally {
            lock.unlock();
        }
    }

    /// Writes the frame, queues it or refuses it. Frames of one thread keep their order.
    SendResult transmit(Frame frame) {
        Link written;
        OfflineQueue.Outcome outcome = null;
        SendResult result;
        lock.lock();
        try {
            written = linkFor(phase, frame.queueing());
            Admission admission = written == null ? Admission.CLOSED : give(written, frame, true);
            if (admission == Admission.CLOSED && frame.queueing() && !queue.isOff()) {
                outcome = queue.offer(frame);
            }
            result = SendResults.of(admission, outcome);
        } finally {
            lock.unlock();
        }
        if (written != null) {
            written.write();
        }
        if (outcome != null && outcome.dropped() != null) {
            reportOverflow(outcome.dropped(), outcome.queued());
        }
        return result;
    }

    /// Takes back the request of a call that ended without its answer: from the queue, or by telling the
    /// server.
    void withdraw(Call<?> call) {
        Link told = null;
        lock.lock();
        try {
            Link carrier = call.link();
            if (carrier == null) {
                queue.remove(call);
            } else if (carrier == phase.heldLink()) {
                pending.giveUp(call.id());
                carrier.add(FrameEncoder.abort(call.id()), false);
                told = carrier;
            }
        } finally {
            lock.unlock();
        }
        if (told != null) {
            told.write();
        }
    }

    /// Ends everything and waits for the peer's close, at most for the close timeout; then the
    /// connection is cut.
    void close(int code, String reason) {
        Phase.Closing closing = null;
        CompletableFuture<Void> abandoned = null;
        lock.lock();
        try {
            queue.clear();
            switch (phase) {
                case Phase.Closed ignored -> {}
                case Phase.Waiting waiting -> {
                    waiting.timer().cancel();
                    enter(new Phase.Closed());
                }
                case Phase.Connecting connecting -> {
                    abandoned = connecting.attempt();
                    enter(new Phase.Closing(null, new CompletableFuture<>()));
                    enter(new Phase.Closed());
                }
                case Phase.Opening opening -> closing = enterClosing(opening.link());
                case Phase.Open open -> closing = enterClosing(open.link());
                case Phase.Closing already -> closing = already;
            }
        } finally {
            lock.unlock();
        }
        ConnectionClosedException closed = new ConnectionClosedException(code, reason);
        fail(pending.takeIf(call -> true), closed);
        if (abandoned != null) {
            fail(abandoned, new ConnectFailedException("the client was closed", 0, null));
        }
        if (closing != null && closing.link() != null) {
            closing.link().close(code, reason);
            awaitClosed(closing.link(), closing.done());
        }
    }

    @Override
    public void received(Link link, byte[] text) {
        inbox.received(link, text);
    }

    @Override
    public void receivedBinary(Link link) {
        inbox.receivedBinary();
    }

    @Override
    public void closed(Link link, int code, String reason) {
        CompletableFuture<Void> closeDone = null;
        boolean over;
        Closure closure = new Closure(code, reason);
        Verdict verdict = verdict(() -> returnRule.closed(closure));
        lock.lock();
        try {
            if (phase.heldLink() != link) {
                return;
            }
            lastClose = closure;
            if (phase instanceof Phase.Closing closing) {
                closeDone = closing.done();
                enter(new Phase.Closed());
            } else {
                afterLoss(verdict);
            }
            over = phase instanceof Phase.Closed;
        } finally {
            lock.unlock();
        }
        fail(pending.takeIf(call -> over || call.link() == link), new ConnectionClosedException(code, reason));
        if (closeDone != null) {
            closeDone.complete(null);
        }
    }

    private Phase phase() {
        lock.lock();
        try {
            return phase;
        } finally {
            lock.unlock();
        }
    }

    private CompletableFuture<Void> begin() {
        everTried = true;
        CompletableFuture<Void> attempt = new CompletableFuture<>();
        enter(new Phase.Connecting(attempt));
        dialer.dial(this).whenComplete((link, error) -> {
            if (error == null) {
                opened(attempt, link);
            } else {
                failed(attempt, error);
            }
        });
        return attempt;
    }

    private void opened(CompletableFuture<Void> attempt, Link link) {
        lock.lock();
        try {
            if (!isConnecting(attempt)) {
                link.abort(Link.ABNORMAL, "not wanted any more");
                return;
            }
            retries = 0;
            phase = new Phase.Opening(link, attempt);
            messageLane.pause();
            stateLane.submit(() -> greet(link, attempt));
        } finally {
            lock.unlock();
        }
    }

    /// Begins to read, tells the application, then lets the queue go: what state callbacks send goes
    /// first (section 16.4).
    private void greet(Link link, CompletableFuture<Void> attempt) {
        link.start();
        setGreeter(Thread.currentThread());
        stateCallbacks.call(ClientState.OPEN);
        List<CompletableFuture<Void>> waiters = List.of();
        boolean open;
        lock.lock();
        try {
            greeter = null;
            open = phase instanceof Phase.Opening && phase.heldLink() == link;
            if (open) {
                queue.drain(frame -> give(link, frame, false) == Admission.ADDED);
                phase = new Phase.Open(link);
                waiters = List.copyOf(openWaiters);
                openWaiters.clear();
            }
        } finally {
            lock.unlock();
        }
        messageLane.resume();
        link.write();
        if (open) {
            waiters.forEach(waiter -> onExecutor(() -> waiter.complete(null)));
            onExecutor(() -> attempt.complete(null));
        } else {
            fail(attempt, new ConnectFailedException("the connection closed as soon as it was open", 0, null));
        }
    }

    private void failed(CompletableFuture<Void> attempt, Throwable error) {
        ConnectFailedException failure = Dialer.failure(error);
        Verdict verdict = verdict(() -> returnRule.refused(failure));
        boolean over;
        lock.lock();
        try {
            if (!isConnecting(attempt)) {
                return;
            }
            afterLoss(verdict);
            over = phase instanceof Phase.Closed;
        } finally {
            lock.unlock();
        }
        LOG.log(System.Logger.Level.DEBUG, "attempt to connect failed: {0}", failure.text());
        if (over) {
            fail(pending.takeIf(call -> true), failure);
        }
        fail(attempt, failure);
    }

    /// Schedules the next attempt, or gives up (section 16.3).
    private void afterLoss(Verdict verdict) {
        if (!(verdict instanceof Verdict.ComeBack back) || !reconnect.allowsAfter(retries)) {
            enter(new Phase.Closed());
            return;
        }
        retries++;
        long wait = ++waits;
        Duration delay = reconnect.delay(retries, random);
        Duration longer = delay.compareTo(back.atLeast()) < 0 ? back.atLeast() : delay;
        Scheduler.Timer timer = scheduler.schedule(longer, () -> retry(wait));
        enter(new Phase.Waiting(timer, wait));
    }

    private static Verdict verdict(Supplier<Verdict> rule) {
        try {
            return rule.get();
        } catch (RuntimeException bug) {
            LOG.log(System.Logger.Level.WARNING, "return rule failed", bug);
            return new Verdict.ComeBack(Duration.ZERO);
        }
    }

    private void retry(long wait) {
        lock.lock();
        try {
            if (phase instanceof Phase.Waiting waiting && waiting.number() == wait) {
                begin();
            }
        } finally {
            lock.unlock();
        }
    }

    private void enter(Phase next) {
        phase = next;
        ClientState state = next.state();
        stateLane.submit(() -> stateCallbacks.call(state));
    }

    private Phase.Closing enterClosing(Link link) {
        Phase.Closing closing = new Phase.Closing(link, new CompletableFuture<>());
        enter(closing);
        return closing;
    }

    @SuppressWarnings("ReferenceEquality") // this very attempt is meant
    private boolean isConnecting(CompletableFuture<Void> attempt) {
        return phase instanceof Phase.Connecting connecting && connecting.attempt() == attempt;
    }

    private void setGreeter(Thread thread) {
        lock.lock();
        try {
            greeter = thread;
        } finally {
            lock.unlock();
        }
    }

    /// The link on which the present thread may write now; null when its messages have to wait.
    private @Nullable Link linkFor(Phase now, boolean queueing) {
        return switch (now) {
            case Phase.Open open -> open.link();
            case Phase.Opening opening
            when queueing && queue.isOff() || Thread.currentThread().equals(greeter) -> opening.link();
            default -> null;
        };
    }

    private static Admission give(Link link, Frame frame, boolean limited) {
        Call<?> call = frame.call();
        if (call != null && call.isEnded()) {
            return Admission.ADDED;
        }
        Admission admission = link.add(frame.text(), limited);
        if (call != null && admission == Admission.ADDED) {
            call.sentOn(link);
        }
        return admission;
    }

    private void reportOverflow(Frame dropped, boolean oldest) {
        String which = oldest ? "the oldest queued message" : "the message";
        String message = "the queue is full: dropped " + which;
        Call<?> call = dropped.call();
        if (oldest && call != null && pending.take(call)) {
            call.fail(new ClientStateException(Reason.QUEUE_FULL, message));
        }
        faults.call(new ClientFault(ClientFault.Kind.OVERFLOW, message, dropped.type(), List.of(), ""));
    }

    private void awaitClosed(Link link, CompletableFuture<Void> done) {
        try {
            done.get(closeTimeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            link.abort(Link.ABNORMAL, "close handshake not finished within " + closeTimeout.toMillis() + " ms");
        } catch (InterruptedException interrupted) {
            link.abort(Link.ABNORMAL, "interrupted while closing");
            Thread.currentThread().interrupt();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static void fail(List<Call<?>> calls, ClientException error) {
        calls.forEach(call -> call.fail(error));
    }

    private void fail(CompletableFuture<Void> future, ClientException error) {
        onExecutor(() -> future.completeExceptionally(error));
    }

    private void onExecutor(Runnable completion) {
        new Lane(executor).submit(completion);
    }
}
