package dev.stoa.server.router;

import dev.stoa.server.session.Heartbeat;
import dev.stoa.server.topic.TopicRules;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What a router allows and how it answers. Immutable; change one thing at a time with the `with`
/// methods.
///
/// ```java
/// Router.create(RouterOptions.usual().withHeartbeat(Heartbeat.usual()).withRpcTimeout(Duration.ofSeconds(5)));
/// ```
public final class RouterOptions {
    private static final int TRANSPORT_ROOM_BYTES = 65_536;
    private static final RouterOptions USUAL = new RouterOptions(new Values());

    private final Values values;

    /// What to do with a frame over the size limit.
    public enum OnOversize {
        /// Answer with an error and keep the connection.
        SEND,
        /// Close with 1009.
        CLOSE,
        /// Nothing; the limit handlers decide.
        CUSTOM
    }

    private static final class Values implements Cloneable {
        private int maxPayloadBytes = 1_000_000;
        private int maxPayloadBytesBeforeAuth = 64 * 1024;
        private OnOversize onOversize = OnOversize.SEND;
        private int oversizeCloseCode = 1009;
        private long socketBufferLimitBytes = 1_000_000;
        private long maxBacklogBytes = 16 * 1024 * 1024;
        private int maxPendingMessages = 256;
        private long maxPendingBytes = 4 * 1024 * 1024;
        private int maxConcurrentEvents = 1000;
        private boolean dropProgressOnBackpressure = true;
        private Duration progressThrottle = Duration.ZERO;
        private Duration rpcTimeout = Duration.ofSeconds(30);
        private @Nullable Duration rpcIdleTimeout;
        private int maxInflightRpcsPerSession = 1000;
        private boolean autoSendErrorOnThrow = true;
        private boolean exposeErrorDetails;
        private boolean warnIncompleteRpc = true;
        private boolean answerUnknownTypes = true;
        private boolean closeOnUnauthenticated;
        private boolean closeOnPermissionDenied;
        private boolean excludeSelfByDefault;
        private boolean validateOutgoing = true;
        private @Nullable Heartbeat heartbeat;
        private TopicRules topicRules = TopicRules.usual();

        Values copy() {
            try {
                return (Values) clone();
            } catch (CloneNotSupportedException impossible) {
                throw new AssertionError(impossible);
            }
        }
    }

    private RouterOptions(Values values) {
        this.values = values;
    }

    /// The defaults of the protocol.
    public static RouterOptions usual() {
        return USUAL;
    }

    private RouterOptions with(java.util.function.Consumer<Values> change) {
        Values copy = values.copy();
        change.accept(copy);
        return new RouterOptions(copy);
    }

    private static int positive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be positive: " + value);
        }
        return value;
    }

    private static Duration positive(String name, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(name + " must be positive: " + value);
        }
        return value;
    }

    /// Largest inbound frame in bytes; default 1 000 000.
    public int maxPayloadBytes() {
        return values.maxPayloadBytes;
    }

    public RouterOptions withMaxPayloadBytes(int bytes) {
        return with(v -> v.maxPayloadBytes = positive("maxPayloadBytes", bytes));
    }

    /// Largest message that the transport lets through, so that one over [#maxPayloadBytes] is answered:
    /// twice that and 64 KiB. A larger one closes the connection with 1009.
    public int maxTransportBytes() {
        return transportLimit(values.maxPayloadBytes);
    }

    static int transportLimit(int maxPayloadBytes) {
        return (int) Math.min(2L * maxPayloadBytes + TRANSPORT_ROOM_BYTES, Integer.MAX_VALUE - 64);
    }

    /// Largest inbound frame in bytes before an [AuthHandler] has allowed the connection; default 65
    /// 536.
    public int maxPayloadBytesBeforeAuth() {
        return values.maxPayloadBytesBeforeAuth;
    }

    public RouterOptions withMaxPayloadBytesBeforeAuth(int bytes) {
        return with(v -> v.maxPayloadBytesBeforeAuth = positive("maxPayloadBytesBeforeAuth", bytes));
    }

    /// Default [OnOversize#SEND].
    public OnOversize onOversize() {
        return values.onOversize;
    }

    public RouterOptions withOnOversize(OnOversize action) {
        return with(v -> v.onOversize = action);
    }

    /// The close code of [OnOversize#CLOSE]; default 1009.
    public int oversizeCloseCode() {
        return values.oversizeCloseCode;
    }

    public RouterOptions withOversizeCloseCode(int code) {
        return with(v -> v.oversizeCloseCode = code);
    }

    /// Bytes waiting for a peer above which progress is dropped; default 1 000 000.
    public long socketBufferLimitBytes() {
        return values.socketBufferLimitBytes;
    }

    public RouterOptions withSocketBufferLimitBytes(long bytes) {
        return with(v -> v.socketBufferLimitBytes = bytes);
    }

    /// Bytes waiting for a peer above which it is closed as a slow consumer (1013); default 16 MiB.
    public long maxBacklogBytes() {
        return values.maxBacklogBytes;
    }

    public RouterOptions withMaxBacklogBytes(long bytes) {
        return with(v -> v.maxBacklogBytes = bytes);
    }

    /// Messages of one session waiting for their handlers to start before its socket is no longer read;
    /// default 256.
    public int maxPendingMessages() {
        return values.maxPendingMessages;
    }

    public RouterOptions withMaxPendingMessages(int messages) {
        return with(v -> v.maxPendingMessages = positive("maxPendingMessages", messages));
    }

    /// Bytes of such messages before its socket is no longer read; default 4 MiB.
    public long maxPendingBytes() {
        return values.maxPendingBytes;
    }

    public RouterOptions withMaxPendingBytes(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("maxPendingBytes must be positive: " + bytes);
        }
        return with(v -> v.maxPendingBytes = bytes);
    }

    /// Concurrent handlers of one session running at once, beside those of calls in flight; default
    /// 1000.
    public int maxConcurrentEvents() {
        return values.maxConcurrentEvents;
    }

    public RouterOptions withMaxConcurrentEvents(int handlers) {
        return with(v -> v.maxConcurrentEvents = positive("maxConcurrentEvents", handlers));
    }

    /// Whether progress is dropped while more than [#socketBufferLimitBytes] wait; default true.
    public boolean dropProgressOnBackpressure() {
        return values.dropProgressOnBackpressure;
    }

    public RouterOptions withDropProgressOnBackpressure(boolean drop) {
        return with(v -> v.dropProgressOnBackpressure = drop);
    }

    /// Shortest time between two progress frames of a call; those in between are dropped. Default zero:
    /// none are.
    public Duration progressThrottle() {
        return values.progressThrottle;
    }

    public RouterOptions withProgressThrottle(Duration throttle) {
        return with(v -> v.progressThrottle = throttle);
    }

    /// Time to answer a call that brings no limit of its own; default 30 s.
    public Duration rpcTimeout() {
        return values.rpcTimeout;
    }

    public RouterOptions withRpcTimeout(Duration timeout) {
        return with(v -> v.rpcTimeout = positive("rpcTimeout", timeout));
    }

    /// Time without progress after which a call is dropped silently; default `rpcTimeout` and 10 s.
    public Duration rpcIdleTimeout() {
        return values.rpcIdleTimeout != null ? values.rpcIdleTimeout : values.rpcTimeout.plus(Duration.ofSeconds(10));
    }

    public RouterOptions withRpcIdleTimeout(Duration timeout) {
        return with(v -> v.rpcIdleTimeout = positive("rpcIdleTimeout", timeout));
    }

    /// Calls of one session in flight at once; default 1000.
    public int maxInflightRpcsPerSession() {
        return values.maxInflightRpcsPerSession;
    }

    public RouterOptions withMaxInflightRpcsPerSession(int calls) {
        return with(v -> v.maxInflightRpcsPerSession = positive("maxInflightRpcsPerSession", calls));
    }

    /// Whether an exception is answered with an error frame; default true.
    public boolean autoSendErrorOnThrow() {
        return values.autoSendErrorOnThrow;
    }

    public RouterOptions withAutoSendErrorOnThrow(boolean send) {
        return with(v -> v.autoSendErrorOnThrow = send);
    }

    /// Whether that frame tells the exception's message; default false, and false in production.
    public boolean exposeErrorDetails() {
        return values.exposeErrorDetails;
    }

    public RouterOptions withExposeErrorDetails(boolean expose) {
        return with(v -> v.exposeErrorDetails = expose);
    }

    /// Whether a call handler that returns without an answer is logged; default true.
    public boolean warnIncompleteRpc() {
        return values.warnIncompleteRpc;
    }

    public RouterOptions withWarnIncompleteRpc(boolean warn) {
        return with(v -> v.warnIncompleteRpc = warn);
    }

    /// Whether messages of unknown type are answered `UNIMPLEMENTED`; default true.
    public boolean answerUnknownTypes() {
        return values.answerUnknownTypes;
    }

    public RouterOptions withAnswerUnknownTypes(boolean answer) {
        return with(v -> v.answerUnknownTypes = answer);
    }

    /// Whether an `UNAUTHENTICATED` error closes the connection (1008) after it was sent; default false.
    public boolean closeOnUnauthenticated() {
        return values.closeOnUnauthenticated;
    }

    public RouterOptions withCloseOnUnauthenticated(boolean close) {
        return with(v -> v.closeOnUnauthenticated = close);
    }

    /// Whether a `PERMISSION_DENIED` error closes the connection (1008) after it was sent; default
    /// false.
    public boolean closeOnPermissionDenied() {
        return values.closeOnPermissionDenied;
    }

    public RouterOptions withCloseOnPermissionDenied(boolean close) {
        return with(v -> v.closeOnPermissionDenied = close);
    }

    /// Whether publishers get no copy of their own messages unless they ask; default false.
    public boolean excludeSelfByDefault() {
        return values.excludeSelfByDefault;
    }

    public RouterOptions withExcludeSelfByDefault(boolean exclude) {
        return with(v -> v.excludeSelfByDefault = exclude);
    }

    /// Whether what the application sends is checked against its contract; default true.
    public boolean validateOutgoing() {
        return values.validateOutgoing;
    }

    public RouterOptions withValidateOutgoing(boolean validate) {
        return with(v -> v.validateOutgoing = validate);
    }

    /// How liveness is probed; null, the default, for not at all.
    public @Nullable Heartbeat heartbeat() {
        return values.heartbeat;
    }

    public RouterOptions withHeartbeat(@Nullable Heartbeat heartbeat) {
        return with(v -> v.heartbeat = heartbeat);
    }

    public TopicRules topicRules() {
        return values.topicRules;
    }

    public RouterOptions withTopicRules(TopicRules rules) {
        return with(v -> v.topicRules = rules);
    }
}
