package dev.stoa.client;

import dev.stoa.client.error.ClientException;
import dev.stoa.client.error.InvalidReplyException;
import dev.stoa.client.lane.Lane;
import dev.stoa.client.link.Link;
import dev.stoa.client.link.Scheduler;
import dev.stoa.protocol.Envelope;
import dev.stoa.protocol.InvalidMessageException;
import dev.stoa.protocol.Message;
import dev.stoa.protocol.MessageType;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One request and its one outcome.
///
/// Whoever takes it out of [PendingCalls] ends it, with [#settle] or [#fail], once. Progress and
/// outcome reach the application on the call's own lane, in order. Thread-safe.
final class Call<R> {
    private final String id;
    private final String requestName;
    private final MessageType<R> reply;
    private final Duration timeout;
    private final Lane lane;
    private final @Nullable Consumer<Envelope> progress;
    private final CompletableFuture<Message<R>> outcome = new CompletableFuture<>();
    private volatile Scheduler.Timer timer = () -> {};
    private volatile Runnable whenEnded = () -> {};
    private volatile boolean ended;
    private @Nullable Link link;

    Call(
            String id,
            String requestName,
            MessageType<R> reply,
            Duration timeout,
            Lane lane,
            @Nullable Consumer<Envelope> progress) {
        this.id = id;
        this.requestName = requestName;
        this.reply = reply;
        this.timeout = timeout;
        this.lane = lane;
        this.progress = progress;
    }

    String id() {
        return id;
    }

    String requestName() {
        return requestName;
    }

    Duration timeout() {
        return timeout;
    }

    CompletableFuture<Message<R>> outcome() {
        return outcome;
    }

    /// The link that carried the request; null while it waits. Confined to the connection's lock.
    @Nullable
    Link link() {
        return link;
    }

    void sentOn(Link carrier) {
        link = carrier;
    }

    void startTimer(Scheduler scheduler, Runnable onTimeout) {
        timer = scheduler.schedule(timeout, onTimeout);
    }

    /// Lets `task` run when the call ends, whichever way.
    void whenEnded(Runnable task) {
        whenEnded = task;
    }

    boolean isEnded() {
        return ended;
    }

    /// Hands a progress frame to the application; `handled` runs when it is done with it.
    void progress(Envelope envelope, Runnable handled) {
        if (progress == null) {
            handled.run();
            return;
        }
        lane.submit(() -> {
            try {
                progress.accept(envelope);
            } finally {
                handled.run();
            }
        });
    }

    /// Ends with the first frame that has the call's id and is not progress (router protocol, section
    /// 16.5).
    void settle(Envelope envelope) {
        end();
        lane.submit(() -> {
            try {
                outcome.complete(read(envelope));
            } catch (ClientException error) {
                outcome.completeExceptionally(error);
            } catch (RuntimeException | Error bug) {
                outcome.completeExceptionally(new InvalidReplyException("Reply could not be read: " + bug, bug));
            }
        });
    }

    void fail(ClientException error) {
        end();
        lane.submit(() -> outcome.completeExceptionally(error));
    }

    private void end() {
        ended = true;
        timer.cancel();
        whenEnded.run();
    }

    private Message<R> read(Envelope envelope) {
        if (!envelope.type().equals(reply.name())) {
            ClientException error = ErrorFrames.exceptionOf(envelope, id);
            throw error != null
                    ? error
                    : new InvalidReplyException(
                            "Expected type " + reply.name() + ", got " + envelope.type(), List.of());
        }
        try {
            return reply.decode(envelope);
        } catch (InvalidMessageException invalid) {
            throw new InvalidReplyException("Reply validation failed", invalid.issues());
        }
    }
}
