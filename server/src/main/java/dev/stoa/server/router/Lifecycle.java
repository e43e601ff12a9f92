package dev.stoa.server.router;

import dev.stoa.protocol.Envelope;
import dev.stoa.protocol.Message;
import dev.stoa.protocol.MessageType;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.server.session.CloseReason;
import dev.stoa.server.session.Session;
import dev.stoa.server.topic.PublishResult;
import dev.stoa.server.topic.Subscriptions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// How one connection begins and ends: open handlers, then the first message's authorization, then,
/// once, close handlers (router protocol, section 8).
///
/// Handlers run on virtual threads, one stage after the other; the lane's gate stays shut while an
/// opening stage runs.
final class Lifecycle {
    private static final System.Logger LOG = System.getLogger(Lifecycle.class.getName());

    private final RouterConversation conversation;
    private final Lane lane;
    private boolean opening;
    private @Nullable Runnable closing;
    private boolean authorizing;
    private volatile boolean authorized;

    Lifecycle(RouterConversation conversation, Lane lane) {
        this.conversation = conversation;
        this.lane = lane;
        this.authorized = conversation.router().hooks().auth().isEmpty();
    }

    void open() {
        Hooks hooks = conversation.router().hooks();
        if (hooks.open().isEmpty() && hooks.observers().isEmpty()) {
            return;
        }
        lane.closeGate();
        opening = true;
        conversation.runtime().handlers().execute(this::runOpenHandlers);
    }

    private void runOpenHandlers() {
        boolean accepted = false;
        try {
            OpenContext ctx = new Opened();
            for (OpenHandler handler : conversation.router().hooks().open()) {
                handler.onOpen(ctx);
            }
            accepted = true;
            conversation.router().observe(observer -> observer.onConnectionOpen(conversation.session()));
        } catch (CloseException refused) {
            conversation.refuse(refused.closeReason());
        } catch (Throwable error) {
            LOG.log(System.Logger.Level.WARNING, "open handler failed", error);
            conversation.router().failed(ProtocolException.wrap(error), null);
            conversation.refuse(new CloseReason(1011, "Internal error"));
        }
        Runnable close;
        synchronized (this) {
            opening = false;
            close = closing;
        }
        if (close != null) {
            close.run();
        } else if (accepted) {
            lane.openGate();
        }
    }

    boolean isAuthorized() {
        return authorized;
    }

    /// Whether messages may be handled. If that is not decided yet, shuts the gate and starts deciding
    /// with this message.
    boolean authorize(Envelope first, long receivedAt) {
        if (authorized) {
            return true;
        }
        lane.closeGate();
        if (!authorizing) {
            authorizing = true;
            conversation.runtime().handlers().execute(() -> runAuthHandlers(first, receivedAt));
        }
        return false;
    }

    private void runAuthHandlers(Envelope first, long receivedAt) {
        Context ctx =
                new Exchange<>(conversation, Message.unchecked(first), first.type(), receivedAt, first.correlationId());
        AuthVerdict verdict = AuthVerdict.ALLOWED;
        for (AuthHandler handler : conversation.router().hooks().auth()) {
            try {
                verdict = Objects.requireNonNull(handler.onAuth(ctx), "no verdict");
            } catch (Throwable error) {
                LOG.log(System.Logger.Level.DEBUG, "auth handler failed", error);
                verdict = AuthVerdict.PERMISSION_DENIED;
            }
            if (verdict != AuthVerdict.ALLOWED) {
                conversation.refuse(new CloseReason(1008, verdict.name()));
                return;
            }
        }
        authorized = true;
        lane.openGate();
    }

    /// Runs abort callbacks, then close handlers, then observers, after the open handlers have ended.
    void close(CloseReason reason, List<Runnable> abortCallbacks) {
        Hooks hooks = conversation.router().hooks();
        if (abortCallbacks.isEmpty()
                && hooks.close().isEmpty()
                && hooks.observers().isEmpty()) {
            return;
        }
        Runnable work = () -> runCloseHandlers(reason, abortCallbacks);
        synchronized (this) {
            if (opening) {
                closing = work;
                return;
            }
        }
        conversation.runtime().handlers().execute(work);
    }

    private void runCloseHandlers(CloseReason reason, List<Runnable> abortCallbacks) {
        abortCallbacks.forEach(Runnable::run);
        CloseContext ctx = new Ended(reason);
        for (CloseHandler handler : conversation.router().hooks().close()) {
            try {
                handler.onClose(ctx);
            } catch (Throwable error) {
                LOG.log(System.Logger.Level.WARNING, "close handler failed", error);
                conversation.router().failed(ProtocolException.wrap(error), null);
            }
        }
        conversation.router().observe(observer -> observer.onConnectionClose(conversation.session(), reason));
    }

    private final class Opened implements OpenContext {
        @Override
        public Session session() {
            return conversation.session();
        }

        @Override
        public <P> void send(MessageType<P> type, @Nullable P payload) {
            conversation.send(type, payload, null, Map.of());
        }

        @Override
        public Subscriptions topics() {
            return conversation.subscriptions();
        }

        @Override
        public <P> PublishResult publish(
                String topic, MessageType<P> type, @Nullable P payload, PublishOptions options) {
            return conversation.router().publishFrom(conversation, topic, type, payload, options);
        }
    }

    private final class Ended implements CloseContext {
        private final CloseReason reason;

        Ended(CloseReason reason) {
            this.reason = reason;
        }

        @Override
        public Session session() {
            return conversation.session();
        }

        @Override
        public CloseReason reason() {
            return reason;
        }

        @Override
        public List<String> topics() {
            return conversation.subscriptions().list();
        }

        @Override
        public <P> PublishResult publish(String topic, MessageType<P> type, P payload) {
            return conversation.router().publishFrom(conversation, topic, type, payload, PublishOptions.none());
        }
    }
}
