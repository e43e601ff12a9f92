package dev.stoa.server.router;

import dev.stoa.protocol.Envelope;
import dev.stoa.protocol.EnvelopeWriter;
import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ErrorPayload;
import dev.stoa.protocol.InvalidMessageException;
import dev.stoa.protocol.MessageType;
import dev.stoa.protocol.Reserved;
import dev.stoa.protocol.Retry;
import dev.stoa.server.delivery.Frame;
import dev.stoa.server.port.Timers;
import dev.stoa.server.session.CloseReason;
import dev.stoa.server.session.Conversation;
import dev.stoa.server.session.Session;
import dev.stoa.server.topic.Subscriptions;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One connection that speaks the router protocol: takes frames apart in the order of section 3 and
/// lines up what they ask for.
///
/// Called by the network on the event loop; what it sends may come from any thread.
final class RouterConversation implements Conversation, Lane.Limits {
    static final String INTERNAL_MESSAGE = "Internal server error";

    private static final String EXHAUSTED_MESSAGE = "Limit exceeded (%d > %d)";

    private final Router router;
    private final RouterRuntime runtime;
    private final RouterOptions options;
    private final Session session;
    private final Lane lane;
    private final Calls calls;
    private final Subscriptions subscriptions;
    private final Lifecycle lifecycle;
    private volatile @Nullable Runnable whenIdle;

    RouterConversation(Router router, RouterRuntime runtime, Session session) {
        this.router = router;
        this.runtime = runtime;
        this.options = router.options();
        this.session = session;
        this.lane = new Lane(session.outlet().loop(), runtime.handlers(), this);
        this.calls = new Calls(runtime.timers(), runtime.handlers(), options, this::onIdle);
        this.subscriptions = new Subscriptions(session, runtime.topics(), router);
        this.lifecycle = new Lifecycle(this, lane);
    }

    void start() {
        lifecycle.open();
    }

    Router router() {
        return router;
    }

    RouterRuntime runtime() {
        return runtime;
    }

    Session session() {
        return session;
    }

    Timers timers() {
        return runtime.timers();
    }

    Calls calls() {
        return calls;
    }

    Subscriptions subscriptions() {
        return subscriptions;
    }

    Lifecycle lifecycle() {
        return lifecycle;
    }

    @Override
    public int maxMessageBytes(int allowed) {
        return Math.min(allowed, RouterOptions.transportLimit(maxPayloadBytes()));
    }

    private int maxPayloadBytes() {
        return lifecycle.isAuthorized()
                ? options.maxPayloadBytes()
                : Math.min(options.maxPayloadBytes(), options.maxPayloadBytesBeforeAuth());
    }

    @Override
    public void onMessage(byte[] message, boolean binary, long receivedAt) {
        int limit = maxPayloadBytes();
        if (message.length > limit) {
            int observed = message.length;
            String id = Envelope.fishCorrelationId(message);
            lane.submit(new Notice(() -> refuseOversize(observed, limit, id)));
            return;
        }
        Envelope envelope;
        try {
            envelope = Envelope.scan(message);
        } catch (InvalidMessageException malformed) {
            lane.submit(new Notice(() -> sendError(false, null, malformed.toPayload())));
            return;
        }
        if (envelope.type().startsWith(Reserved.TYPE_PREFIX)) {
            control(envelope);
        } else {
            lane.submit(new Arrival<>(this, envelope, receivedAt, message.length));
        }
    }

    private void refuseOversize(int observed, int limit, @Nullable String id) {
        router.limitExceeded(new LimitExceeded.Payload(session, observed, limit));
        switch (options.onOversize()) {
            case SEND ->
                sendError(
                        id != null,
                        id,
                        ErrorCode.RESOURCE_EXHAUSTED.name(),
                        EXHAUSTED_MESSAGE.formatted(observed, limit),
                        Map.of("observed", observed, "limit", limit),
                        Retry.byCode());
            case CLOSE -> session.close(options.oversizeCloseCode(), ErrorCode.RESOURCE_EXHAUSTED.name());
            case CUSTOM -> {}
        }
    }

    private void control(Envelope envelope) {
        String id = envelope.correlationId();
        if (!envelope.type().equals(Reserved.ABORT) || id == null) {
            return;
        }
        if (calls.find(id) != null) {
            abort(id);
        } else if (!lane.isIdle()) {
            // its call may not have begun yet
            lane.submit(new Notice(() -> abort(id)));
        }
    }

    private void abort(String id) {
        Call<?, ?> call = calls.find(id);
        if (call != null) {
            runtime.handlers().execute(call.giveUp(AbortReason.CLIENT_ABORT));
        }
    }

    @Override
    public void onStale(Runnable close) {
        runtime.handlers().execute(() -> {
            try {
                router.stale(session);
            } finally {
                close.run();
            }
        });
    }

    @Override
    public void drain(Runnable idle) {
        session.pauseReading();
        whenIdle = idle;
        onIdle();
    }

    @Override
    public void onClosed(CloseReason reason) {
        lane.close();
        calls.close();
        List<Runnable> callbacks = calls.giveUpAll(AbortReason.DISCONNECT);
        if (!subscriptions.tryClose()) {
            runtime.handlers().execute(subscriptions::close);
        }
        lifecycle.close(reason, callbacks);
    }

    @Override
    public int maxWaiting() {
        return options.maxPendingMessages();
    }

    @Override
    public long maxWaitingBytes() {
        return options.maxPendingBytes();
    }

    @Override
    public int maxConcurrent() {
        // calls in flight have a limit of their own, which refuses instead of waiting
        return options.maxConcurrentEvents() + calls.count();
    }

    @Override
    public void onCongestion(boolean tooMuch) {
        if (tooMuch) {
            session.pauseReading();
        } else if (whenIdle == null) {
            session.resumeReading();
        }
    }

    @Override
    public void onIdle() {
        Runnable idle = whenIdle;
        if (idle != null && lane.isIdle() && calls.isSettled()) {
            idle.run();
        }
    }

    /// Sends a typed message.
    ///
    /// @throws IllegalArgumentException when the payload breaks its contract
    <P> void send(MessageType<P> type, @Nullable P payload, @Nullable String correlationId, Map<String, ?> meta) {
        try {
            write(type, payload, correlationId, meta);
        } catch (InvalidMessageException broken) {
            throw new IllegalArgumentException(broken.text(), broken);
        }
    }

    <P> void write(MessageType<P> type, @Nullable P payload, @Nullable String correlationId, Map<String, ?> meta) {
        session.send(router.encode(type, payload, timers().millis(), correlationId, meta));
    }

    Frame progressFrame(String id, @Nullable Object data) {
        try {
            return Frame.text(EnvelopeWriter.progress(Frame.HEADROOM, timers().millis(), id, data));
        } catch (InvalidMessageException broken) {
            throw new IllegalArgumentException(broken.text(), broken);
        }
    }

    void sendError(
            boolean rpc,
            @Nullable String correlationId,
            String code,
            @Nullable String message,
            @Nullable Map<String, ?> details,
            Retry retry) {
        sendError(rpc, correlationId, ErrorPayload.of(code, message, details, retry));
    }

    void sendError(boolean rpc, @Nullable String correlationId, ErrorPayload error) {
        session.send(Frame.text(EnvelopeWriter.error(Frame.HEADROOM, rpc, timers().millis(), correlationId, error)));
        boolean closes = error.code().equals(ErrorCode.UNAUTHENTICATED.name()) && options.closeOnUnauthenticated()
                || error.code().equals(ErrorCode.PERMISSION_DENIED.name()) && options.closeOnPermissionDenied();
        if (closes) {
            refuse(new CloseReason(1008, error.code()));
        }
    }

    /// Closes and holds the peer's next handshake back if it makes a habit of it (section 7.2).
    /// One that has left by itself was not refused, whatever failed because of that.
    void refuse(CloseReason reason) {
        if (session.isOpen()) {
            runtime.onRefused().accept(session);
            session.close(reason);
        }
    }

    /// Something to do in turn that is not a message.
    private record Notice(Runnable work) implements Lane.Item {
        @Override
        public Dispatch dispatch() {
            return Dispatch.INLINE;
        }

        @Override
        public Runnable begin() {
            return work;
        }
    }
}
