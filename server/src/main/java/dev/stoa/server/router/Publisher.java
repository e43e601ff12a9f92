package dev.stoa.server.router;

import dev.stoa.protocol.InvalidMessageException;
import dev.stoa.protocol.MessageType;
import dev.stoa.server.delivery.Frame;
import dev.stoa.server.delivery.Outlet;
import dev.stoa.server.port.Bus;
import dev.stoa.server.port.BusMessage;
import dev.stoa.server.session.Session;
import dev.stoa.server.topic.PublishResult;
import dev.stoa.server.topic.PublishResult.Capability;
import dev.stoa.server.topic.PublishResult.Failed;
import dev.stoa.server.topic.PublishResult.Failure;
import dev.stoa.server.topic.PublishResult.Published;
import dev.stoa.server.topic.TopicAction;
import dev.stoa.server.topic.TopicException;
import dev.stoa.server.topic.TopicPolicy;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// Publishes typed messages: checks, encodes once, and hands over to the topics or the bus. Thread-safe.
final class Publisher {
    private final Router router;

    Publisher(Router router) {
        this.router = router;
    }

    <P> PublishResult publish(
            @Nullable RouterConversation from,
            String topic,
            MessageType<P> type,
            @Nullable P payload,
            PublishOptions options) {
        RouterRuntime runtime = router.runtime();
        if (runtime == null) {
            return Failed.of(Failure.STATE, "The router is not run by a server");
        }
        AbortSignal signal = options.signal();
        if (signal != null && signal.isAborted()) {
            return Failed.of(Failure.STATE, "Publishing was aborted");
        }
        String name;
        try {
            name = from == null ? topic : normalize(topic, from.session());
        } catch (RuntimeException denied) {
            return new Failed(Failure.ACL_PUBLISH, "Not allowed: " + topic, Map.of("topic", topic), denied);
        }
        Failed refused = check(from, name);
        if (refused != null) {
            return refused;
        }
        Frame frame;
        try {
            frame = router.encode(type, payload, runtime.timers().millis(), null, options.meta());
        } catch (InvalidMessageException invalid) {
            return new Failed(Failure.VALIDATION, invalid.text(), invalid.details(), invalid);
        }
        long limit = router.options().maxBacklogBytes();
        if (frame.size() > limit) {
            return new Failed(
                    Failure.PAYLOAD_TOO_LARGE,
                    "Message of " + frame.size() + " bytes exceeds " + limit,
                    Map.of("observed", frame.size(), "limit", limit),
                    null);
        }
        boolean excludeSelf = options.excludeSelf() != null
                ? options.excludeSelf()
                : router.options().excludeSelfByDefault();
        RouterConversation excluded = excludeSelf ? from : null;
        PublishResult result = hand(runtime, name, type.name(), frame, excluded);
        if (result.ok()) {
            tell(runtime, name, type.name(), payload, from);
        }
        return result;
    }

    private @Nullable Failed check(@Nullable RouterConversation from, String name) {
        try {
            router.rules().check(name);
        } catch (TopicException invalid) {
            return new Failed(Failure.VALIDATION, invalid.text(), invalid.details(), invalid);
        }
        if (from == null) {
            return null;
        }
        for (TopicPolicy policy : router.policies()) {
            try {
                policy.authorize(TopicAction.PUBLISH, name, from.session());
            } catch (Exception denied) {
                if (denied instanceof InterruptedException) {
                    Thread.currentThread().interrupt();
                }
                return new Failed(Failure.ACL_PUBLISH, "Not allowed: " + name, Map.of("topic", name), denied);
            }
        }
        return null;
    }

    private PublishResult hand(
            RouterRuntime runtime, String name, String type, Frame frame, @Nullable RouterConversation excluded) {
        Bus bus = runtime.bus();
        if (bus != null) {
            String excludedId = excluded == null ? null : excluded.session().id();
            try {
                bus.publish(new BusMessage(name, type, frame.text(), excludedId));
                return new Published(Capability.UNKNOWN, OptionalInt.empty());
            } catch (RuntimeException failed) {
                return new Failed(Failure.ADAPTER_ERROR, "The bus did not take the message", Map.of(), failed);
            }
        }
        boolean counted = excluded != null && excluded.subscriptions().listensTo(name);
        Outlet except = excluded == null ? null : excluded.session().outlet();
        int listeners = runtime.topics().publish(name, frame, except);
        if (listeners < 0) {
            return Failed.of(Failure.BACKPRESSURE, "An event loop has too much waiting");
        }
        return Published.exactly(Math.max(0, counted ? listeners - 1 : listeners));
    }

    private String normalize(String topic, Session session) {
        String name = topic;
        for (TopicPolicy policy : router.policies()) {
            name = policy.normalize(name, session);
        }
        return name;
    }

    private void tell(
            RouterRuntime runtime,
            String name,
            String type,
            @Nullable Object payload,
            @Nullable RouterConversation from) {
        long now = runtime.timers().millis();
        router.tell(tap -> tap.onPublish(name, type, now));
        String clientId = from == null ? null : from.session().id();
        router.observe(observer -> observer.onPublish(name, type, payload, clientId));
    }
}
