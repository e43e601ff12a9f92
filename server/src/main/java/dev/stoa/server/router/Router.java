package dev.stoa.server.router;

import dev.stoa.protocol.EnvelopeWriter;
import dev.stoa.protocol.InvalidMessageException;
import dev.stoa.protocol.MessageType;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.RpcType;
import dev.stoa.server.delivery.Frame;
import dev.stoa.server.session.CloseReason;
import dev.stoa.server.session.Conversation;
import dev.stoa.server.session.Session;
import dev.stoa.server.topic.PublishResult;
import dev.stoa.server.topic.Subscriptions;
import dev.stoa.server.topic.TopicPolicy;
import dev.stoa.server.topic.TopicRules;
import dev.stoa.server.topic.TopicTap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// An application's typed messages: which handler answers which type, and through which middleware.
///
/// ```java
/// Router router = Router.create()
///         .on(SAY, ctx -> ctx.publish("lobby", SAID, new Said(ctx.clientId(), ctx.payload().text())))
///         .rpc(GET_USER, ctx -> ctx.reply(users.find(ctx.payload().id())));
/// ```
///
/// One handler for each type: registering another replaces it. Handlers run on virtual threads and may
/// block; how they are ordered says [Dispatch]. Routers can be composed with [#merge] and [#mount], and
/// changed while they run; a change concerns messages that arrive after it.
///
/// Thread-safe.
public final class Router implements Subscriptions.Setup {
    private static final System.Logger LOG = System.getLogger(Router.class.getName());

    private final RouterOptions options;
    private final Hooks hooks = Hooks.none();
    private final Map<String, Route<?>> byType = new LinkedHashMap<>();
    private final Map<String, List<Middleware>> middlewareByType = new HashMap<>();
    private final List<Middleware> global = new ArrayList<>();
    private final Publisher publisher = new Publisher(this);
    private volatile RouteTable table = RouteTable.EMPTY;
    private volatile @Nullable RouterRuntime runtime;

    private Router(RouterOptions options) {
        this.options = options;
    }

    /// A router with the protocol's defaults.
    public static Router create() {
        return new Router(RouterOptions.usual());
    }

    public static Router create(RouterOptions options) {
        return new Router(options);
    }

    public RouterOptions options() {
        return options;
    }

    /// Handles a one-way message, serially for each session.
    public <P> Router on(MessageType<P> type, EventHandler<P> handler) {
        return route(type).on(handler);
    }

    /// Handles a call, concurrently with others.
    public <Q, R> Router rpc(RpcType<Q, R> type, RpcHandler<Q, R> handler) {
        return route(type).rpc(handler);
    }

    /// Starts a route with middleware or a way to run of its own.
    public <P> EventRoute<P> route(MessageType<P> type) {
        return new EventRoute<>(this, type);
    }

    /// Starts a route with middleware or a way to run of its own.
    public <Q, R> RpcRoute<Q, R> route(RpcType<Q, R> type) {
        return new RpcRoute<>(this, type);
    }

    /// Removes the handler of a type; does nothing if there is none.
    public Router off(MessageType<?> type) {
        return off(type.name());
    }

    /// Removes the handler of a call; does nothing if there is none.
    public Router off(RpcType<?, ?> type) {
        return off(type.name());
    }

    private synchronized Router off(String type) {
        byType.remove(type);
        return rebuilt();
    }

    /// Adds middleware for every message, behind what was added before.
    public synchronized Router use(Middleware middleware) {
        global.add(middleware);
        return rebuilt();
    }

    /// Adds rules for topics: how names are normalised, and who may subscribe and publish.
    public Router usePubSub(TopicPolicy policy) {
        hooks.policies().add(policy);
        return this;
    }

    public Router onOpen(OpenHandler handler) {
        hooks.open().add(handler);
        return this;
    }

    public Router onClose(CloseHandler handler) {
        hooks.close().add(handler);
        return this;
    }

    public Router onAuth(AuthHandler handler) {
        hooks.auth().add(handler);
        return this;
    }

    public Router onError(ErrorHandler handler) {
        hooks.error().add(handler);
        return this;
    }

    public Router onLimitExceeded(LimitHandler handler) {
        hooks.limit().add(handler);
        return this;
    }

    /// Told of a connection that did not answer a heartbeat, before it is closed with 4000.
    public Router onStaleConnection(Consumer<Session> handler) {
        hooks.stale().add(handler);
        return this;
    }

    /// Watches this router.
    ///
    /// @return stops watching, idempotently
    public Runnable observe(RouterObserver observer) {
        hooks.observers().add(observer);
        return () -> hooks.observers().remove(observer);
    }

    /// Watches topics as they change and are published to.
    ///
    /// @return stops watching, idempotently
    public Runnable tap(TopicTap tap) {
        hooks.taps().add(tap);
        return () -> hooks.taps().remove(tap);
    }

    /// Takes over everything of another router as it is now; on a conflict the newcomer wins, with a
    /// warning.
    public Router merge(Router other) {
        return merge(other, OnConflict.REPLACE);
    }

    /// As [#merge(Router)], with a choice of what to do when both handle a type.
    ///
    /// @throws IllegalStateException on a conflict with [OnConflict#ERROR]; nothing has changed then
    public Router merge(Router other, OnConflict onConflict) {
        Registrations taken = other.registrations();
        synchronized (this) {
            addRoutes("", taken, onConflict);
            global.addAll(taken.global);
            hooks.append(other.hooks);
            return rebuilt();
        }
    }

    /// Takes over another router's routes under types that start with `prefix`; response types stay as
    /// they are.
    public Router mount(String prefix, Router other) {
        return mount(prefix, other, OnConflict.REPLACE);
    }

    /// As [#mount(String, Router)], with a choice of what to do when both handle a type.
    ///
    /// @throws IllegalStateException on a conflict with [OnConflict#ERROR]; nothing has changed then
    public Router mount(String prefix, Router other, OnConflict onConflict) {
        Registrations taken = other.registrations();
        synchronized (this) {
            addRoutes(prefix, taken, onConflict);
            return rebuilt();
        }
    }

    /// Forgets handlers, middleware and lifecycle hooks. Options, connections and calls in flight stay.
    public synchronized Router reset() {
        byType.clear();
        middlewareByType.clear();
        global.clear();
        hooks.clear();
        return rebuilt();
    }

    /// Publishes on behalf of the server.
    public <P> PublishResult publish(String topic, MessageType<P> type, P payload) {
        return publish(topic, type, payload, PublishOptions.none());
    }

    /// Publishes on behalf of the server; excluding self has no effect, since there is no sender.
    public <P> PublishResult publish(String topic, MessageType<P> type, @Nullable P payload, PublishOptions options) {
        return publisher.publish(null, topic, type, payload, options);
    }

    /// The contracts that have a handler, with the response's where it is a call.
    public synchronized Map<MessageType<?>, MessageType<?>> calls() {
        Map<MessageType<?>, MessageType<?>> calls = new LinkedHashMap<>();
        byType.values().forEach(route -> {
            if (route.response() != null) {
                calls.put(route.request(), route.response());
            }
        });
        return calls;
    }

    /// The contracts of one-way messages that have a handler.
    public synchronized List<MessageType<?>> events() {
        List<MessageType<?>> events = new ArrayList<>();
        byType.values().stream().filter(route -> !route.isRpc()).forEach(route -> events.add(route.request()));
        return events;
    }

    /// Puts the router to work. Called by the server that runs it.
    ///
    /// @throws IllegalStateException when another server runs it
    public synchronized void start(RouterRuntime server) {
        if (runtime != null) {
            throw new IllegalStateException("the router is run by a server already");
        }
        runtime = server;
    }

    /// Ends what [#start] began.
    public synchronized void stop() {
        runtime = null;
    }

    /// Starts the conversation of a new session.
    public Conversation converse(Session session) {
        RouterRuntime server = runtime;
        if (server == null) {
            throw new IllegalStateException("the router is not run by a server");
        }
        RouterConversation conversation = new RouterConversation(this, server, session);
        conversation.start();
        return conversation;
    }

    /// Closes a session that should not have been let in, and holds its peer's next handshakes back if it makes a
    /// habit of it (section 7.2).
    public void refuse(Session session, CloseReason reason) {
        RouterRuntime server = runtime;
        if (server != null && session.isOpen()) {
            server.onRefused().accept(session);
        }
        session.close(reason);
    }

    @Override
    public TopicRules rules() {
        return options.topicRules();
    }

    @Override
    public List<TopicPolicy> policies() {
        return hooks.policies();
    }

    @Override
    public void tell(Consumer<TopicTap> event) {
        hooks.taps().forEach(tap -> isolated("tap", () -> event.accept(tap)));
    }

    @Override
    public long millis() {
        RouterRuntime server = runtime;
        return server == null ? System.currentTimeMillis() : server.timers().millis();
    }

    Hooks hooks() {
        return hooks;
    }

    RouteTable routes() {
        return table;
    }

    @Nullable
    RouterRuntime runtime() {
        return runtime;
    }

    synchronized <P> Router register(
            MessageType<P> request,
            @Nullable MessageType<?> response,
            Dispatch dispatch,
            boolean answersLater,
            Route.Action<P> action) {
        if (byType.containsKey(request.name())) {
            LOG.log(System.Logger.Level.WARNING, "handler of {0} replaced", request.name());
        }
        byType.put(request.name(), new Route<>(request, response, dispatch, answersLater, List.of(), action));
        return rebuilt();
    }

    synchronized void useFor(String type, Middleware middleware) {
        middlewareByType.computeIfAbsent(type, _ -> new ArrayList<>()).add(middleware);
        rebuilt();
    }

    <P> PublishResult publishFrom(
            RouterConversation from,
            String topic,
            MessageType<P> type,
            @Nullable P payload,
            PublishOptions publishOptions) {
        return publisher.publish(from, topic, type, payload, publishOptions);
    }

    /// Encodes a typed message.
    ///
    /// @throws InvalidMessageException when the payload breaks its contract
    <P> Frame encode(
            MessageType<P> type,
            @Nullable P payload,
            long timestamp,
            @Nullable String correlationId,
            Map<String, ?> meta) {
        if (options.validateOutgoing()) {
            type.check(payload, meta);
        }
        return Frame.text(EnvelopeWriter.message(Frame.HEADROOM, type, payload, timestamp, correlationId, meta));
    }

    /// Tells error handlers and observers of an exception.
    ///
    /// @return whether the automatic error frame may be sent
    boolean failed(ProtocolException error, @Nullable Context ctx) {
        boolean send = true;
        for (ErrorHandler handler : hooks.error()) {
            try {
                send &= handler.onError(error, ctx);
            } catch (RuntimeException broken) {
                LOG.log(System.Logger.Level.WARNING, "error handler failed", broken);
            }
        }
        String clientId = ctx == null ? null : ctx.clientId();
        String type = ctx == null ? null : ctx.type();
        observe(observer -> observer.onError(error, clientId, type));
        return send;
    }

    /// Tells error handlers of an error that a handler sent.
    void errorSent(Context ctx, String code, @Nullable String message, @Nullable Map<String, ?> details) {
        if (!hooks.error().isEmpty() || !hooks.observers().isEmpty()) {
            failed(ProtocolException.of(code, message == null ? code : message, details), ctx);
        }
    }

    void limitExceeded(LimitExceeded event) {
        RouterRuntime server = runtime;
        if (server == null || hooks.limit().isEmpty()) {
            return;
        }
        server.handlers().execute(() -> {
            for (LimitHandler handler : hooks.limit()) {
                try {
                    handler.onLimitExceeded(event);
                } catch (Exception broken) {
                    LOG.log(System.Logger.Level.WARNING, "limit handler failed", broken);
                }
            }
        });
    }

    void stale(Session session) {
        hooks.stale().forEach(handler -> isolated("stale handler", () -> handler.accept(session)));
    }

    void observe(Consumer<RouterObserver> event) {
        hooks.observers().forEach(observer -> isolated("observer", () -> event.accept(observer)));
    }

    private static void isolated(String what, Runnable call) {
        try {
            call.run();
        } catch (RuntimeException broken) {
            LOG.log(System.Logger.Level.WARNING, what + " failed", broken);
        }
    }

    private record Registrations(
            Map<String, Route<?>> routes, Map<String, List<Middleware>> middleware, List<Middleware> global) {}

    private synchronized Registrations registrations() {
        Map<String, List<Middleware>> middleware = new HashMap<>();
        middlewareByType.forEach((type, list) -> middleware.put(type, List.copyOf(list)));
        return new Registrations(Map.copyOf(byType), middleware, List.copyOf(global));
    }

    private void addRoutes(String prefix, Registrations taken, OnConflict onConflict) {
        if (onConflict == OnConflict.ERROR) {
            taken.routes.keySet().stream()
                    .map(prefix::concat)
                    .filter(byType::containsKey)
                    .findFirst()
                    .ifPresent(type -> {
                        throw new IllegalStateException("both routers handle " + type);
                    });
        }
        taken.routes.forEach((name, route) -> {
            String type = prefix + name;
            boolean conflict = byType.containsKey(type);
            if (conflict && onConflict == OnConflict.SKIP) {
                return;
            }
            if (conflict) {
                LOG.log(System.Logger.Level.WARNING, "handler of {0} replaced by merging", type);
            }
            byType.put(type, prefix.isEmpty() ? route : route.withName(type));
            List<Middleware> own = taken.middleware.get(name);
            if (own != null) {
                middlewareByType.computeIfAbsent(type, _ -> new ArrayList<>()).addAll(own);
            }
        });
    }

    private Router rebuilt() {
        Map<String, Route<?>> complete = new LinkedHashMap<>();
        byType.forEach((type, route) ->
                complete.put(type, route.withMiddleware(middlewareByType.getOrDefault(type, List.of()))));
        table = new RouteTable(complete, global);
        return this;
    }
}
