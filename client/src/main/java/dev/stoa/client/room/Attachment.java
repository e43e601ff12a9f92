package dev.stoa.client.room;

import dev.stoa.client.ClientState;
import dev.stoa.client.RequestOptions;
import dev.stoa.client.StoaClient;
import dev.stoa.client.error.ClientException;
import dev.stoa.client.error.ClientStateException;
import dev.stoa.client.error.ConnectionClosedException;
import dev.stoa.client.error.RequestTimeoutException;
import dev.stoa.client.error.RoomEndedException;
import dev.stoa.client.error.RoomEndedException.Reason;
import dev.stoa.client.error.RpcException;
import dev.stoa.client.lane.Lane;
import dev.stoa.client.link.Scheduler;
import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.Message;
import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.JoinOptions;
import dev.stoa.protocol.room.LogPosition;
import dev.stoa.protocol.room.RoomMessages.Destroyed;
import dev.stoa.protocol.room.RoomMessages.Join;
import dev.stoa.protocol.room.RoomMessages.Joined;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One room of one connection: whether the client is in it, and how it gets in again (rooms protocol, section 7).
///
/// The answer to a join is taken from the message lane, where it has its place among the events; [Reception]
/// takes in what follows it. All state is behind one lock, under which nothing blocks and no application code
/// runs; that is why joining, leaving and losing the connection live in one class. Thread-safe.
final class Attachment {
    private static final System.Logger LOG = System.getLogger(Attachment.class.getName());
    private static final Duration FAREWELL = Duration.ofSeconds(5);

    private final Setting setting;
    private final Address address;
    private final StoaClient client;
    private final RoomTools tools;
    private final RoomListeners listeners;
    private final Reception reception;
    private final Operations operations;
    private final Awareness awareness;
    private final Runnable onEnd;
    private final @Nullable RoomReturn returning;
    private final Lane stateLane;

    private final ReentrantLock lock;
    private RoomState state = RoomState.NEW;
    private JoinOptions wish = JoinOptions.none();
    private boolean linked;
    private long connection;
    private @Nullable Attempt attempt;
    private @Nullable CompletableFuture<Joined> joining;
    private Scheduler.Timer joinTimer = () -> {};
    private Scheduler.Timer retryTimer = () -> {};
    private int retries;
    private boolean hangingUp;
    private @Nullable RoomEndedException end;

    /// A join on its way.
    ///
    /// @param refresh whether the client is in the room already, so that nothing is to be recovered
    private record Attempt(String id, boolean refresh, CompletableFuture<Message<Joined>> flight) {}

    /// @param returning the rule of a room's own socket; null on a shared one
    /// @param onEnd told when the room has ended, not under the lock
    Attachment(Setting setting, @Nullable RoomReturn returning, Runnable onEnd) {
        this.setting = setting;
        this.address = setting.address();
        this.client = setting.client();
        this.tools = setting.tools();
        this.returning = returning;
        this.onEnd = onEnd;
        this.lock = new ReentrantLock();
        this.stateLane = new Lane(tools.executor());
        this.listeners = RoomListeners.of(tools.faults());
        String named = setting.options().clientId();
        String device = named == null ? tools.ids().get() : named;
        this.reception = new Reception(lock, setting, listeners, device);
        this.operations = new Operations(lock, setting, this::answered);
        this.awareness = new Awareness(lock, setting, device);
        this.linked = client.isConnected();
    }

    Setting setting() {
        return setting;
    }

    RoomListeners listeners() {
        return listeners;
    }

    Reception reception() {
        return reception;
    }

    Awareness awareness() {
        return awareness;
    }

    RoomState state() {
        lock.lock();
        try {
            return state;
        } finally {
            lock.unlock();
        }
    }

    Optional<RoomEndedException> ended() {
        lock.lock();
        try {
            return Optional.ofNullable(end);
        } finally {
            lock.unlock();
        }
    }

    /// What presence the member shall have after a reconnect. Under the lock, as an operation's effect.
    void wishPresence(RawJson presence) {
        wish = new JoinOptions(wish.memberId(), null, wish.metadata(), presence);
    }

    /// Joins, or says anew how; joins that run at a time share one outcome.
    CompletableFuture<Joined> join(JoinOptions wanted, @Nullable LogPosition from) {
        if (wanted.actor() != null) {
            throw new IllegalArgumentException("a client cannot name its actor: the server knows it by its token");
        }
        lock.lock();
        try {
            if (end != null) {
                return CompletableFuture.failedFuture(end);
            }
            wish = wanted;
            if (isOutside()) {
                reception.start(from);
                become(RoomState.JOINING);
            }
            if (joining == null) {
                joining = new CompletableFuture<>();
                joinTimer = tools.scheduler().schedule(setting.options().timeout(), this::joinExpired);
            }
            CompletableFuture<Joined> outcome = joining.copy();
            if (linked) {
                sendJoin();
            } else {
                connectIfMine();
            }
            return outcome;
        } finally {
            lock.unlock();
        }
    }

    /// Is out of the room from now on, whatever becomes of telling the server.
    void left() {
        lock.lock();
        try {
            if (end != null) {
                return;
            }
            become(RoomState.LEFT);
            detach();
            reception.forget();
            failJoin(new ClientStateException(ClientStateException.Reason.ABORTED, "left " + address));
        } finally {
            lock.unlock();
        }
    }

    /// Asks something of the room: at once if possible, else as soon as the client is in the room again.
    <Q, R> CompletableFuture<R> ask(Operation<Q, R> operation) {
        lock.lock();
        try {
            if (end != null) {
                return CompletableFuture.failedFuture(end);
            }
            operations.add(operation);
            if (state == RoomState.JOINED || isOutside() && linked) {
                operations.send(operation, connection, state != RoomState.JOINED);
            } else if (isOutside()) {
                connectIfMine();
            }
        } catch (ClientException refused) {
            return CompletableFuture.failedFuture(refused);
        } finally {
            lock.unlock();
        }
        return operation.outcome;
    }

    /// Follows the connection; called in order.
    void connection(ClientState now) {
        lock.lock();
        try {
            if (end != null) {
                return;
            }
            linked = now == ClientState.OPEN;
            if (linked) {
                connection++;
                if (state == RoomState.JOINED) {
                    become(RoomState.RECOVERING);
                }
                if (isOutside()) {
                    operations.sendAll(connection, true);
                } else {
                    sendJoin();
                }
                return;
            }
            if (state == RoomState.JOINED) {
                become(RoomState.RECOVERING);
            }
            retryTimer.cancel();
            awareness.detach();
            if (now == ClientState.CLOSED) {
                closed();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Takes the answer to a join in, in its place among the events.
    void joined(Joined answer, @Nullable String correlationId) {
        Runnable news;
        lock.lock();
        try {
            Attempt current = attempt;
            if (current == null || !current.id().equals(correlationId)) {
                return;
            }
            attempt = null;
            retries = 0;
            answered();
            news = reception.joined(answer, current.refresh());
            if (!current.refresh()) {
                become(RoomState.JOINED);
                operations.sendAll(connection, false);
                awareness.attach();
            }
            CompletableFuture<Joined> waiting = joining;
            if (waiting != null) {
                joining = null;
                joinTimer.cancel();
                tools.later(() -> waiting.complete(answer));
            }
        } finally {
            lock.unlock();
        }
        news.run();
    }

    /// The server says that the room is no more. The close that says so too may have been faster.
    void destroyed(Destroyed event) {
        boolean news = ended().map(over -> over.reason() == Reason.DESTROYED).orElse(true);
        if (news) {
            listeners.destroyed().call(event);
            end(new RoomEndedException(Reason.DESTROYED, address + " was destroyed", null));
        }
    }

    /// A socket of its own is of no use outside the room.
    <R> CompletableFuture<R> afterLeaving(CompletableFuture<R> left) {
        if (address.whole()) {
            left.whenComplete((result, error) -> tools.later(this::hangUp));
        }
        return left;
    }

    /// Has done with the room; blocks.
    void close(Conversation conversation) {
        if (!address.whole() && state() == RoomState.JOINED) {
            left();
            try {
                conversation.leave(null).get(FAREWELL.toMillis(), TimeUnit.MILLISECONDS);
            } catch (ExecutionException | TimeoutException unheard) {
                LOG.log(System.Logger.Level.DEBUG, "left {0} without an answer: {1}", address, unheard.toString());
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        end(new RoomEndedException(Reason.CLOSED, address + " was closed", null));
        if (address.whole()) {
            client.close();
        }
    }

    /// Ends everything for good; does nothing the second time.
    void end(RoomEndedException reason) {
        lock.lock();
        try {
            if (end != null) {
                return;
            }
            end = reason;
            become(RoomState.ENDED);
            stateLane.submit(() -> listeners.ended().call(reason));
            detach();
            failJoin(reason);
            operations.failAll(reason);
        } finally {
            lock.unlock();
        }
        tools.later(onEnd);
    }

    /// Closes the room's own socket, unless somebody wants it again; who does meanwhile gets a new one.
    private void hangUp() {
        lock.lock();
        try {
            if (state != RoomState.LEFT) {
                return;
            }
            hangingUp = true;
        } finally {
            lock.unlock();
        }
        client.close();
        lock.lock();
        try {
            hangingUp = false;
            if (state == RoomState.JOINING || !operations.isEmpty()) {
                connectIfMine();
            }
        } finally {
            lock.unlock();
        }
    }

    private void connectIfMine() {
        if (!address.whole()) {
            tools.wake().run();
        } else if (!hangingUp && client.state() == ClientState.CLOSED) {
            client.connectAsync();
        }
    }

    private boolean isOutside() {
        return state == RoomState.NEW || state == RoomState.LEFT;
    }

    private void answered() {
        if (returning != null) {
            returning.welcomed();
        }
    }

    private void become(RoomState next) {
        if (state != next) {
            state = next;
            stateLane.submit(() -> listeners.state().call(next));
        }
    }

    private void sendJoin() {
        boolean refresh = state == RoomState.JOINED;
        Attempt before = attempt;
        LogPosition from = refresh ? null : reception.pause();
        String id = tools.ids().get();
        Join join =
                new Join(address.room(), address.kindOnWire(), wish.memberId(), wish.metadata(), wish.presence(), from);
        CompletableFuture<Message<Joined>> flight = client.requestAsync(
                Wire.JOIN,
                join,
                RequestOptions.within(setting.options().timeout()).withCorrelationId(id));
        attempt = new Attempt(id, refresh, flight);
        if (before != null) {
            before.flight().cancel(false);
        }
        flight.whenComplete((answer, error) -> {
            if (error instanceof ClientException failure) {
                joinFailed(id, failure);
            }
        });
    }

    private void joinFailed(String id, ClientException error) {
        lock.lock();
        try {
            Attempt current = attempt;
            if (current == null || !current.id().equals(id)) {
                return;
            }
            attempt = null;
            if (error instanceof ConnectionClosedException || !linked) {
                return;
            }
            if (isPassing(error)) {
                retryJoin(error);
            } else if (state == RoomState.RECOVERING) {
                end(new RoomEndedException(
                        reasonOf(error), "the server does not let the client back into " + address, error));
            } else {
                failJoin(error);
            }
        } finally {
            lock.unlock();
        }
    }

    /// A token that has run out is not the end: the server closes the socket for it, and the next one comes with a
    /// fresh token.
    private boolean isPassing(ClientException error) {
        return switch (error) {
            case RpcException refused ->
                refused.retryable() || address.whole() && refused.code().equals(ErrorCode.UNAUTHENTICATED.name());
            case RequestTimeoutException ignored -> true;
            case ClientStateException ignored -> true;
            default -> false;
        };
    }

    private static Reason reasonOf(ClientException error) {
        ErrorCode code = error instanceof RpcException refused ? ErrorCode.ofName(refused.code()) : null;
        if (code == ErrorCode.FAILED_PRECONDITION) {
            return Reason.DESTROYED;
        }
        return code == ErrorCode.PERMISSION_DENIED ? Reason.FORBIDDEN : Reason.REFUSED;
    }

    private void retryJoin(ClientException error) {
        retries++;
        Duration delay = tools.reconnect().delay(retries, tools.random());
        Duration asked =
                error instanceof RpcException refused ? refused.retryAfter().orElse(Duration.ZERO) : Duration.ZERO;
        retryTimer.cancel();
        retryTimer =
                tools.scheduler().schedule(asked.compareTo(delay) > 0 ? asked : delay, () -> joinAgain(connection));
    }

    private void joinAgain(long failedOn) {
        lock.lock();
        try {
            if (linked && connection == failedOn && attempt == null && end == null && !isOutside()) {
                sendJoin();
            }
        } finally {
            lock.unlock();
        }
    }

    private void joinExpired() {
        lock.lock();
        try {
            if (joining != null) {
                failJoin(connectFailure()
                        .orElseGet(() -> new RequestTimeoutException(
                                Wire.JOIN.name(), setting.options().timeout())));
            }
        } finally {
            lock.unlock();
        }
    }

    /// A first join that fails leaves the room as if nobody had asked.
    private void failJoin(ClientException error) {
        CompletableFuture<Joined> waiting = joining;
        if (waiting == null) {
            return;
        }
        joining = null;
        joinTimer.cancel();
        if (state == RoomState.JOINING) {
            become(RoomState.NEW);
            detach();
        }
        tools.later(() -> waiting.completeExceptionally(error));
    }

    /// Why there is no connection, if the last attempt failed.
    private Optional<ClientException> connectFailure() {
        return returning == null || linked ? Optional.empty() : Optional.ofNullable(returning.failure());
    }

    /// The client does not come back by itself.
    private void closed() {
        RoomEndedException over = returning == null ? null : returning.end();
        if (over != null) {
            end(over);
            return;
        }
        if (hangingUp) {
            return;
        }
        ConnectionClosedException lost = client.lastClose()
                .map(closure -> new ConnectionClosedException(closure.code(), closure.reason()))
                .orElseGet(() -> new ConnectionClosedException(1006, "the client was closed"));
        ClientException why = connectFailure().orElse(lost);
        failJoin(why);
        operations.failAll(why);
    }

    private void detach() {
        Attempt current = attempt;
        attempt = null;
        retryTimer.cancel();
        awareness.detach();
        reception.pause();
        if (current != null) {
            current.flight().cancel(false);
        }
    }
}
