package dev.stoa.server.router;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ErrorPayload;
import dev.stoa.protocol.InvalidMessageException;
import dev.stoa.protocol.Message;
import dev.stoa.protocol.MessageType;
import dev.stoa.protocol.Retry;
import dev.stoa.server.delivery.Frame;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A call being handled: answered at most once, by the first of reply, error, abort, deadline, idle
/// timeout and disconnect.
///
/// Thread-safe. The lock is held for moments: to claim the answer, and to send progress in front of it.
final class Call<Q, R> extends Exchange<Q> implements RpcContext<Q, R> {
    private static final System.Logger LOG = System.getLogger(Call.class.getName());

    private final String id;
    private final MessageType<R> response;
    private final long deadline;
    private final AbortSignal signal = new AbortSignal();
    private volatile boolean answered;
    private long lastProgressNanos;
    private volatile long lastActivityNanos;

    Call(
            RouterConversation conversation,
            Message<Q> message,
            String type,
            long receivedAt,
            String id,
            MessageType<R> response,
            long timeoutMs) {
        super(conversation, message, type, receivedAt, id);
        this.id = id;
        this.response = response;
        this.deadline = receivedAt + timeoutMs;
        this.lastActivityNanos = conversation.timers().nanoTime();
        long throttle = conversation.router().options().progressThrottle().toNanos();
        this.lastProgressNanos = lastActivityNanos - throttle;
    }

    String id() {
        return id;
    }

    long lastActivityNanos() {
        return lastActivityNanos;
    }

    @Override
    public boolean isRpc() {
        return true;
    }

    @Override
    public long deadline() {
        return deadline;
    }

    @Override
    public long timeRemaining() {
        return Math.max(0, deadline - conversation().timers().millis());
    }

    @Override
    public AbortSignal abortSignal() {
        return signal;
    }

    boolean isAnswered() {
        return answered;
    }

    private synchronized boolean claim() {
        if (answered) {
            return false;
        }
        answered = true;
        return true;
    }

    @Override
    public void reply(@Nullable R payload, SendOptions options) {
        AbortSignal unwanted = options.signal();
        if (unwanted != null && unwanted.isAborted() || !claim()) {
            return;
        }
        answer(() -> writeReply(payload, options));
    }

    private void writeReply(@Nullable R payload, SendOptions options) {
        try {
            conversation().write(response, payload, id, options.meta());
        } catch (InvalidMessageException broken) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "reply to {0} breaks its contract: {1}",
                    type(),
                    String.valueOf(broken.getMessage()));
            sendInternal();
        } catch (RuntimeException | StackOverflowError broken) {
            LOG.log(System.Logger.Level.ERROR, "reply to " + type() + " cannot be written", broken);
            sendInternal();
        }
    }

    private void sendInternal() {
        sendError(
                ErrorPayload.of(ErrorCode.INTERNAL.name(), RouterConversation.INTERNAL_MESSAGE, null, Retry.byCode()));
    }

    private void sendError(ErrorPayload error) {
        conversation().sendError(true, id, error);
    }

    /// Writes the one answer, after the claim to it.
    private void answer(Runnable writing) {
        Calls calls = conversation().calls();
        boolean registered = calls.release(this);
        try {
            writing.run();
        } finally {
            if (registered) {
                calls.settle();
            }
        }
    }

    @Override
    public void error(String code, @Nullable String text, @Nullable Map<String, ?> details, Retry retry) {
        ErrorPayload error = ErrorPayload.of(code, text, details, retry);
        if (claim()) {
            answer(() -> sendError(error));
            conversation().router().errorSent(this, code, text, details);
        }
    }

    /// Answers with the error of an exception; error handlers have been told already.
    void fail(ErrorPayload error) {
        if (claim()) {
            answer(() -> sendError(error));
        }
    }

    @Override
    public void progress(@Nullable Object data) {
        if (!mayProgress()) {
            return;
        }
        // Encoding runs the application's code, and the event loop may want the lock: not under it.
        Frame frame = conversation().progressFrame(id, data);
        synchronized (this) {
            if (!answered) {
                session().send(frame);
            }
        }
    }

    private synchronized boolean mayProgress() {
        if (answered) {
            return false;
        }
        RouterOptions options = conversation().router().options();
        long now = conversation().timers().nanoTime();
        lastActivityNanos = now;
        long throttle = options.progressThrottle().toNanos();
        if (throttle > 0 && now - lastProgressNanos < throttle) {
            return false;
        }
        lastProgressNanos = now;
        return !options.dropProgressOnBackpressure() || session().backlogBytes() <= options.socketBufferLimitBytes();
    }

    /// Gives the call up.
    ///
    /// @return the abort callbacks to run; nothing if it was answered before
    Runnable giveUp(AbortReason reason) {
        if (!claim()) {
            return () -> {};
        }
        answer(() -> {
            switch (reason) {
                case CLIENT_ABORT -> sendGivenUp(ErrorCode.CANCELLED);
                case DEADLINE -> sendGivenUp(ErrorCode.DEADLINE_EXCEEDED);
                case IDLE_TIMEOUT, DISCONNECT -> {}
            }
        });
        return signal.fire(reason);
    }

    private void sendGivenUp(ErrorCode code) {
        sendError(ErrorPayload.of(code.name(), null, null, Retry.byCode()));
    }
}
