package dev.stoa.client.room;

import dev.stoa.client.RequestOptions;
import dev.stoa.client.error.ClientException;
import dev.stoa.client.error.ClientStateException;
import dev.stoa.client.error.ClientStateException.Reason;
import dev.stoa.client.error.ConnectFailedException;
import dev.stoa.client.error.ConnectionClosedException;
import dev.stoa.client.error.RequestTimeoutException;
import dev.stoa.protocol.Message;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What was asked of a room and not answered yet, oldest first, over as many connections as it takes.
///
/// Methods marked so want the attachment's lock, which also keeps what is sent in the order of the calls.
/// Futures complete on the executor, never under the lock.
final class Operations {
    private final ReentrantLock lock;
    private final Setting setting;
    private final Runnable onAnswer;
    private final Set<Operation<?, ?>> waiting = new LinkedHashSet<>();

    /// @param onAnswer told of each good answer
    Operations(ReentrantLock lock, Setting setting, Runnable onAnswer) {
        this.lock = lock;
        this.setting = setting;
        this.onAnswer = onAnswer;
    }

    /// Takes an operation in, to be sent by [#send] or [#sendAll]. Under the lock.
    ///
    /// @throws ClientStateException when as many as allowed wait
    <Q, R> void add(Operation<Q, R> operation) {
        if (waiting.size() >= setting.options().pendingLimit()) {
            throw new ClientStateException(
                    Reason.TOO_MANY_REQUESTS,
                    "as many operations as allowed wait in " + setting.address() + ": "
                            + setting.options().pendingLimit());
        }
        waiting.add(operation);
        operation.timer = setting.tools().scheduler().schedule(setting.options().timeout(), () -> expire(operation));
        operation.outcome.whenComplete((result, error) -> {
            if (operation.outcome.isCancelled()) {
                drop(operation);
            }
        });
    }

    /// Sends on the present connection. Under the lock.
    ///
    /// @param connection the connection's number
    /// @param queueing whether it may wait for the connection to be quite open
    <Q, R> void send(Operation<Q, R> operation, long connection, boolean queueing) {
        CompletableFuture<Message<R>> before = operation.flight;
        RequestOptions asked = RequestOptions.within(setting.options().timeout());
        CompletableFuture<Message<R>> flight = setting.client()
                .requestAsync(operation.type, operation.payload, queueing ? asked : asked.withoutQueueing());
        operation.sentOn = connection;
        operation.flight = flight;
        if (before != null) {
            before.cancel(false);
        }
        flight.whenComplete((answer, error) -> settle(operation, flight, answer, error));
    }

    /// Sends what this connection has not carried yet. Under the lock.
    void sendAll(long connection, boolean queueing) {
        for (Operation<?, ?> operation : List.copyOf(waiting)) {
            if (operation.sentOn != connection) {
                send(operation, connection, queueing);
            }
        }
    }

    /// Under the lock.
    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /// Ends everything that waits. Under the lock.
    void failAll(ClientException error) {
        List<Operation<?, ?>> failed = List.copyOf(waiting);
        waiting.clear();
        failed.forEach(operation -> fail(operation, error));
    }

    private <Q, R> void settle(
            Operation<Q, R> operation,
            CompletableFuture<Message<R>> flight,
            @Nullable Message<R> answer,
            @Nullable Throwable error) {
        lock.lock();
        try {
            if (operation.flight != flight || !waiting.contains(operation)) {
                return;
            }
            if (error != null && isLost(error) && (operation.repeatable || isUnsent(error))) {
                operation.sentOn = Operation.NEVER;
                operation.flight = null;
                return;
            }
            waiting.remove(operation);
            if (answer == null) {
                fail(operation, error);
                return;
            }
            operation.timer.cancel();
            operation.effect.accept(answer.payload());
            onAnswer.run();
            setting.tools().later(() -> operation.outcome.complete(answer.payload()));
        } finally {
            lock.unlock();
        }
    }

    private void expire(Operation<?, ?> operation) {
        lock.lock();
        try {
            if (waiting.remove(operation)) {
                fail(
                        operation,
                        new RequestTimeoutException(
                                operation.type.name(), setting.options().timeout()));
            }
        } finally {
            lock.unlock();
        }
    }

    private void drop(Operation<?, ?> operation) {
        lock.lock();
        try {
            waiting.remove(operation);
            operation.timer.cancel();
            cancel(operation);
        } finally {
            lock.unlock();
        }
    }

    private void fail(Operation<?, ?> operation, @Nullable Throwable error) {
        Throwable cause = error == null ? new IllegalStateException("no answer and no error") : error;
        operation.timer.cancel();
        cancel(operation);
        setting.tools().later(() -> operation.outcome.completeExceptionally(cause));
    }

    private static void cancel(Operation<?, ?> operation) {
        var flight = operation.flight;
        operation.flight = null;
        if (flight != null) {
            flight.cancel(false);
        }
    }

    /// Whether the connection failed, not the operation.
    private static boolean isLost(Throwable error) {
        return error instanceof ConnectionClosedException || isUnsent(error);
    }

    private static boolean isUnsent(Throwable error) {
        return error instanceof ConnectFailedException
                || error instanceof ClientStateException state && state.reason() == Reason.NOT_OPEN;
    }
}
