package dev.stoa.server.conformance;

import dev.stoa.protocol.MessageType;
import dev.stoa.protocol.RpcType;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the conformance server understands and says. The same contracts, written with WS-Kit's schema
/// builder, are in `web/conformance/contracts.js`.
final class Contracts {
    private Contracts() {}

    record Text(String text) {}

    record Trace(String traceId, @Nullable Integer hop) {}

    record Me(
            String clientId,
            @Nullable String token,
            @Nullable String subprotocol) {}

    record Room(String topic) {}

    record Post(String topic, int count) {}

    record Posted(int number) {}

    record Failure(
            String code,
            @Nullable String message,
            @Nullable Integer retryAfterMs,
            @Nullable Map<String, String> details) {}

    record Close(int code, String reason) {}

    record Id(String id) {}

    record User(String id, String name) {}

    record Steps(int steps) {}

    record Order(List<String> answers) {}

    record Count(int count) {}

    record Reasons(List<String> reasons) {}

    record Brief(@Size(max = 3) String text) {}

    static final MessageType<Text> SAY = MessageType.of("SAY", Text.class);
    static final MessageType<Text> SAID = MessageType.of("SAID", Text.class);
    static final MessageType<Void> PING = MessageType.of("PING");
    static final MessageType<Void> PONG = MessageType.of("PONG");
    static final MessageType<Text> TRACED_SAY =
            MessageType.of("TRACED_SAY", Text.class).withMeta(Trace.class);
    static final MessageType<Text> TRACED_SAID =
            MessageType.of("TRACED_SAID", Text.class).withMeta(Trace.class);
    static final MessageType<Void> WHO = MessageType.of("WHO");
    static final MessageType<Me> ME = MessageType.of("ME", Me.class);
    static final MessageType<Room> JOIN = MessageType.of("JOIN", Room.class);
    static final MessageType<Room> JOINED = MessageType.of("JOINED", Room.class);
    static final MessageType<Post> POST = MessageType.of("POST", Post.class);
    static final MessageType<Posted> POSTED = MessageType.of("POSTED", Posted.class);
    static final MessageType<Failure> FAIL = MessageType.of("FAIL", Failure.class);
    static final MessageType<Count> FAIL_OFTEN = MessageType.of("FAIL_OFTEN", Count.class);
    static final MessageType<Text> THROW = MessageType.of("THROW", Text.class);
    static final MessageType<Close> CLOSE = MessageType.of("CLOSE", Close.class);
    static final MessageType<Id> OLD_GET_USER = MessageType.of("OLD_GET_USER", Id.class);
    static final MessageType<User> OLD_USER = MessageType.of("OLD_USER", User.class);
    static final MessageType<Void> RELEASE = MessageType.of("RELEASE");

    static final RpcType<Id, User> GET_USER = RpcType.of("GET_USER", Id.class, "USER", User.class);
    static final RpcType<Void, Void> TOUCH = RpcType.of("TOUCH", Void.class, "TOUCHED", Void.class);
    static final RpcType<Steps, Count> COUNT = RpcType.of("COUNT", Steps.class, "COUNTED", Count.class);
    static final RpcType<Failure, Void> FAIL_CALL = RpcType.of("FAIL_CALL", Failure.class, "SUCCEEDED", Void.class);
    static final RpcType<Text, Void> THROW_CALL = RpcType.of("THROW_CALL", Text.class, "SUCCEEDED", Void.class);
    static final RpcType<Text, Text> SAY_INSIDE = RpcType.of("SAY_INSIDE", Text.class, "SAID_INSIDE", Text.class);
    static final RpcType<Text, Brief> SHORTEN = RpcType.of("SHORTEN", Text.class, "SHORTENED", Brief.class);
    static final RpcType<Order, Text> ANSWER_OFTEN = RpcType.of("ANSWER_OFTEN", Order.class, "ANSWERED", Text.class);
    static final RpcType<Void, Void> WAIT = RpcType.of("WAIT", Void.class, "WAITED", Void.class);
    static final RpcType<Void, Reasons> CANCELS = RpcType.of("CANCELS", Void.class, "CANCELLED_SO_FAR", Reasons.class);
    static final RpcType<Void, Count> REFUSALS = RpcType.of("REFUSALS", Void.class, "REFUSED_SO_FAR", Count.class);
}
