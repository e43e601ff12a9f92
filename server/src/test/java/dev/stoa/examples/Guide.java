package dev.stoa.examples;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.MessageType;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.Retry;
import dev.stoa.protocol.RpcType;
import dev.stoa.server.Stoa;
import dev.stoa.server.endpoint.router.Authentication;
import dev.stoa.server.endpoint.router.RouterEndpoint;
import dev.stoa.server.limit.RatePolicy;
import dev.stoa.server.limit.TokenBuckets;
import dev.stoa.server.router.AuthVerdict;
import dev.stoa.server.router.CloseException;
import dev.stoa.server.router.Dispatch;
import dev.stoa.server.router.LimitExceeded;
import dev.stoa.server.router.PublishOptions;
import dev.stoa.server.router.RateLimiting;
import dev.stoa.server.router.Router;
import dev.stoa.server.router.RouterObserver;
import dev.stoa.server.router.RouterOptions;
import dev.stoa.server.session.CloseReason;
import dev.stoa.server.session.DataKey;
import dev.stoa.server.session.Heartbeat;
import dev.stoa.server.session.Session;
import dev.stoa.server.topic.PublishResult;
import dev.stoa.server.topic.TopicAction;
import dev.stoa.server.topic.TopicPolicy;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The examples of docs/router.md, so that they compile. Each method is one section.
class Guide {
    record Say(
            @NotBlank @Size(max = 500) String text,
            @Nullable String replyTo) {}

    record Said(String from, String text) {}

    record GetUser(@NotBlank String id) {}

    record User(String id, String name) {}

    record Export(@Positive int rows) {}

    record Exported(String url) {}

    record Step(int done, int of) {}

    record Trace(String traceId) {}

    static final MessageType<Say> SAY = MessageType.of("SAY", Say.class);
    static final MessageType<Said> SAID = MessageType.of("SAID", Said.class);
    static final MessageType<Void> PING = MessageType.of("PING");
    static final RpcType<GetUser, User> GET_USER = RpcType.of("GET_USER", GetUser.class, "USER", User.class);
    static final RpcType<Export, Exported> EXPORT = RpcType.of("EXPORT", Export.class, "EXPORTED", Exported.class);
    static final MessageType<Say> TRACED_SAY =
            MessageType.of("TRACED_SAY", Say.class).withMeta(Trace.class);

    static final DataKey<String> ROLE = DataKey.of("role", String.class);

    interface Users {
        Optional<User> find(String id);

        Optional<User> byToken(String token) throws IOException;
    }

    static void handlers(Users users) {
        Router router = Router.create();

        router.on(SAY, ctx -> {
            ctx.publish("lobby", SAID, new Said(ctx.clientId(), ctx.payload().text()));
        });

        router.rpc(GET_USER, ctx -> {
            Optional<User> user = users.find(ctx.payload().id());
            if (user.isPresent()) {
                ctx.reply(user.get());
            } else {
                ctx.error(
                        ErrorCode.NOT_FOUND,
                        "No such user",
                        Map.of("id", ctx.payload().id()));
            }
        });
    }

    static void progress(Router router) {
        router.rpc(EXPORT, ctx -> {
            for (int row = 0; row < ctx.payload().rows(); row++) {
                ctx.abortSignal().throwIfAborted();
                writeRow(row);
                ctx.progress(new Step(row, ctx.payload().rows()));
            }
            ctx.reply(new Exported("/exports/1"));
        });
    }

    static void writeRow(int row) {}

    static void dispatch(Router router) {
        router.route(PING).dispatch(Dispatch.INLINE).on(ctx -> ctx.send(PING));
        router.route(EXPORT).dispatch(Dispatch.SERIAL).rpc(ctx -> ctx.reply(new Exported("/exports/2")));
    }

    static void middleware(Router router) {
        router.use((ctx, next) -> {
            if (ctx.principal() == null && !ctx.type().equals("LOGIN")) {
                ctx.error(ErrorCode.UNAUTHENTICATED, "Not authenticated");
                return;
            }
            next.proceed();
        });

        var perUser = new TokenBuckets(RatePolicy.of(20, 5), InstantSource.system());
        router.route(SAY)
                .use(RateLimiting.with(perUser).keyedBy(RateLimiting::perUser))
                .on(ctx ->
                        ctx.publish("lobby", SAID, new Said("me", ctx.payload().text())));
    }

    static void errors(Router router) {
        router.onError((error, ctx) -> {
            System.getLogger("chat").log(System.Logger.Level.WARNING, error.toLogFields());
            return true;
        });
        router.on(SAY, ctx -> {
            throw ProtocolException.of(ErrorCode.UNAVAILABLE, "Search is down")
                    .withRetry(Retry.after(Duration.ofSeconds(2)));
        });
    }

    static void topics(Router router) {
        router.on(SAY, ctx -> {
            ctx.topics().subscribe("room:1");
            PublishResult result = ctx.publish(
                    "room:1",
                    SAID,
                    new Said("me", ctx.payload().text()),
                    PublishOptions.none().excludingSelf());
            if (result.ok()) {
                System.out.println("reached " + result.matched().orElse(-1));
            }
        });

        router.usePubSub(new TopicPolicy() {
            @Override
            public String normalize(String topic, Session session) {
                return topic.toLowerCase(java.util.Locale.ROOT);
            }

            @Override
            public void authorize(TopicAction action, String topic, Session session) {
                if (topic.startsWith("admin:") && !"admin".equals(session.data().get(ROLE))) {
                    throw new SecurityException("administrators only");
                }
            }
        });
    }

    static void lifecycle(Router router) {
        router.onOpen(ctx -> {
            if (ctx.principal() == null) {
                throw new CloseException(4401, "Sign in first");
            }
            ctx.topics().subscribe("user:" + ctx.principal().id());
        });
        router.onClose(ctx -> System.out.println(ctx.clientId() + " left: " + ctx.reason()));
        router.onAuth(ctx -> AuthVerdict.of(ctx.principal() != null));
        router.onLimitExceeded(event -> {
            switch (event) {
                case LimitExceeded.Payload(var session, long observed, long limit) ->
                    System.out.println(session + " sent " + observed + " of " + limit + " bytes");
                case LimitExceeded.Rate(var session, long cost, long capacity, var retryAfterMs) ->
                    System.out.println(session + " asked for " + cost + " of " + capacity);
            }
        });
        Runnable stop = router.observe(new RouterObserver() {
            @Override
            public void onConnectionOpen(Session session) {
                System.out.println(session.id() + " from " + session.remoteAddress());
            }
        });
        stop.run();
    }

    static Stoa endpoint(Router router, Users users) {
        RouterEndpoint chat = RouterEndpoint.of(router).supporting("chat-v2").authenticatedBy(request -> {
            Optional<String> token = request.token();
            if (token.isEmpty()) {
                return Authentication.anonymous();
            }
            Optional<User> user = users.byToken(token.get());
            return user.isPresent()
                    ? Authentication.accept(user.get().id()).with(ROLE, "member")
                    : Authentication.reject();
        });
        return Stoa.builder().port(8080).endpoint("/ws", chat).start();
    }

    static Router options() {
        return Router.create(RouterOptions.usual()
                .withHeartbeat(Heartbeat.usual())
                .withMaxPayloadBytes(64 * 1024)
                .withRpcTimeout(Duration.ofSeconds(5)));
    }

    static void composing(Router auth, Router chat) {
        Router all = Router.create().merge(auth).mount("CHAT:", chat);
        all.off(PING);
    }

    static void kicking(Stoa stoa) {
        stoa.kickUser("ada", new CloseReason(4403, "Account closed"));
    }

    static void runTimeContracts(Router router) {
        JsonNode schema = JsonMapper.shared().readTree("""
                {"type": "object", "properties": {"x": {"type": "integer"}}, "required": ["x"]}
                """);
        MessageType<JsonNode> move = MessageType.ofSchema("MOVE", schema);
        router.on(move, ctx -> System.out.println(ctx.payload().get("x")));
    }

    static void meta(Router router) {
        router.on(
                TRACED_SAY,
                ctx -> System.out.println(ctx.meta().extended(Trace.class).traceId()));
    }
}
