package dev.stoa.app.playground;

import static dev.stoa.app.playground.Messages.COUNT;
import static dev.stoa.app.playground.Messages.IS_TYPING;
import static dev.stoa.app.playground.Messages.JOIN;
import static dev.stoa.app.playground.Messages.LEAVE;
import static dev.stoa.app.playground.Messages.MEMBERS;
import static dev.stoa.app.playground.Messages.SAID;
import static dev.stoa.app.playground.Messages.SAY;
import static dev.stoa.app.playground.Messages.TYPING;
import static dev.stoa.app.playground.Messages.WELCOME;

import dev.stoa.app.playground.Messages.Count;
import dev.stoa.app.playground.Messages.CountProgress;
import dev.stoa.app.playground.Messages.Counted;
import dev.stoa.app.playground.Messages.IsTyping;
import dev.stoa.app.playground.Messages.Members;
import dev.stoa.app.playground.Messages.RoomName;
import dev.stoa.app.playground.Messages.Said;
import dev.stoa.app.playground.Messages.Say;
import dev.stoa.app.playground.Messages.Typing;
import dev.stoa.app.playground.Messages.Welcome;
import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.server.Stoa;
import dev.stoa.server.StoaApp;
import dev.stoa.server.endpoint.router.Authentication;
import dev.stoa.server.endpoint.router.Authenticator;
import dev.stoa.server.endpoint.router.RouterEndpoint;
import dev.stoa.server.limit.RatePolicy;
import dev.stoa.server.limit.TokenBuckets;
import dev.stoa.server.router.CloseContext;
import dev.stoa.server.router.Context;
import dev.stoa.server.router.Dispatch;
import dev.stoa.server.router.EventContext;
import dev.stoa.server.router.Middleware;
import dev.stoa.server.router.OpenContext;
import dev.stoa.server.router.PublishOptions;
import dev.stoa.server.router.RateLimiting;
import dev.stoa.server.router.Router;
import dev.stoa.server.router.RouterOptions;
import dev.stoa.server.router.RpcContext;
import dev.stoa.server.session.DataKey;
import dev.stoa.server.session.Heartbeat;
import dev.stoa.server.session.Principal;
import dev.stoa.server.topic.TopicRules;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/// A chat with rooms, and a call that counts. Every room is a topic, `room:<name>`.
///
/// Thread-safe; runs in one server.
public final class Playground implements StoaApp {
    /// Where clients connect.
    public static final String PATH = "/ws";

    private static final String TOPIC_PREFIX = "room:";
    private static final List<String> USUAL_ROOMS = List.of("lobby", "garden", "workshop");
    private static final Set<String> OPEN_TO_READERS = Set.of(JOIN.name(), LEAVE.name(), COUNT.name());
    private static final DataKey<String> NAME = DataKey.of("name", String.class);

    private final Authenticator authenticator;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Rooms rooms = new Rooms();

    /// Open to everyone, as a guest.
    public Playground() {
        this(_ -> Authentication.anonymous(), InstantSource.system(), RandomGenerator.getDefault());
    }

    private Playground(Authenticator authenticator, InstantSource clock, RandomGenerator random) {
        this.authenticator = authenticator;
        this.clock = clock;
        this.random = random;
    }

    /// Open to those whom `authenticator` lets in.
    public static Playground authenticatedBy(Authenticator authenticator) {
        return new Playground(authenticator, InstantSource.system(), RandomGenerator.getDefault());
    }

    @Override
    public void configure(Stoa.Builder server) {
        server.endpoint(PATH, RouterEndpoint.of(router()).authenticatedBy(authenticator));
    }

    private Router router() {
        RouterOptions options = RouterOptions.usual()
                .withHeartbeat(Heartbeat.usual())
                .withMaxPayloadBytes(16 * 1024)
                .withMaxInflightRpcsPerSession(16)
                .withTopicRules(TopicRules.usual().withMaxPerSession(8));
        Router router = Router.create(options)
                .use(twentyAtOnceThenFiveASecond())
                .use(Playground::keepReadersReading)
                .onOpen(this::welcome)
                .onClose(this::leaveEveryRoom)
                .on(SAY, Playground::say)
                .on(TYPING, Playground::tellTyping)
                .rpc(COUNT, Playground::count);
        // Calls run concurrently unless told otherwise; these two must not overtake each other.
        router.route(JOIN).dispatch(Dispatch.SERIAL).rpc(this::join);
        router.route(LEAVE).dispatch(Dispatch.SERIAL).rpc(this::leave);
        return router;
    }

    private Middleware twentyAtOnceThenFiveASecond() {
        return RateLimiting.with(new TokenBuckets(RatePolicy.of(20, 5), clock)).keyedBy(Context::clientId);
    }

    private static void keepReadersReading(Context ctx, Middleware.Next next) throws Exception {
        Principal principal = ctx.principal();
        if (principal != null && principal.isReadOnly() && !OPEN_TO_READERS.contains(ctx.type())) {
            ctx.error(ErrorCode.PERMISSION_DENIED, "You are signed in to read only");
            return;
        }
        next.proceed();
    }

    private void welcome(OpenContext ctx) {
        Principal principal = ctx.principal();
        String name = principal == null ? "guest-%04d".formatted(random.nextInt(10_000)) : principal.id();
        ctx.data().put(NAME, name);
        ctx.send(WELCOME, new Welcome(name, principal != null && principal.isReadOnly(), USUAL_ROOMS));
    }

    private void join(RpcContext<RoomName, Members> ctx) {
        String room = ctx.payload().room();
        ctx.subscribe(topicOf(room));
        PublishOptions toOthers = PublishOptions.none().excludingSelf();
        rooms.enter(
                room,
                ctx.clientId(),
                nameOf(ctx),
                ctx::reply,
                members -> ctx.publish(topicOf(room), MEMBERS, members, toOthers));
        if (!ctx.session().isOpen()) {
            // It closed while it joined, so that leaveEveryRoom may have come too early.
            rooms.leave(room, ctx.clientId(), members -> ctx.publish(topicOf(room), MEMBERS, members));
        }
    }

    private void leave(RpcContext<RoomName, RoomName> ctx) {
        String room = ctx.payload().room();
        ctx.unsubscribe(topicOf(room));
        rooms.leave(room, ctx.clientId(), members -> ctx.publish(topicOf(room), MEMBERS, members));
        ctx.reply(ctx.payload());
    }

    private void leaveEveryRoom(CloseContext ctx) {
        for (String topic : ctx.topics()) {
            String room = topic.substring(TOPIC_PREFIX.length());
            rooms.leave(room, ctx.clientId(), members -> ctx.publish(topic, MEMBERS, members));
        }
    }

    private static void say(EventContext<Say> ctx) {
        Say say = ctx.payload();
        requireJoined(ctx, say.room());
        ctx.publish(topicOf(say.room()), SAID, new Said(say.room(), nameOf(ctx), say.text(), ctx.receivedAt()));
    }

    private static void tellTyping(EventContext<Typing> ctx) {
        Typing typing = ctx.payload();
        requireJoined(ctx, typing.room());
        ctx.publish(
                topicOf(typing.room()),
                IS_TYPING,
                new IsTyping(typing.room(), nameOf(ctx), typing.typing()),
                PublishOptions.none().excludingSelf());
    }

    private static void count(RpcContext<Count, Counted> ctx) throws InterruptedException {
        Count count = ctx.payload();
        CountDownLatch givenUp = new CountDownLatch(1);
        ctx.onCancel(givenUp::countDown);
        for (int number = 1; number <= count.to(); number++) {
            if (givenUp.await(count.delayMs(), TimeUnit.MILLISECONDS)) {
                return;
            }
            ctx.progress(new CountProgress(number, count.to()));
        }
        ctx.reply(new Counted(count.to()));
    }

    private static void requireJoined(Context ctx, String room) {
        if (!ctx.topics().has(topicOf(room))) {
            throw ProtocolException.of(ErrorCode.FAILED_PRECONDITION, "Join the room first: " + room);
        }
    }

    private static String nameOf(Context ctx) {
        return ctx.data().find(NAME).orElseThrow();
    }

    private static String topicOf(String room) {
        return TOPIC_PREFIX + room;
    }
}
