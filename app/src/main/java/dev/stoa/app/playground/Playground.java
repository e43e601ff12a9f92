package dev.stoa.app.playground;

import static dev.stoa.app.playground.Messages.COUNT;
import static dev.stoa.app.playground.Messages.WELCOME;

import dev.stoa.app.playground.Messages.Count;
import dev.stoa.app.playground.Messages.CountProgress;
import dev.stoa.app.playground.Messages.Counted;
import dev.stoa.app.playground.Messages.Welcome;
import dev.stoa.server.Stoa;
import dev.stoa.server.StoaApp;
import dev.stoa.server.document.DocumentAuthorizer;
import dev.stoa.server.document.Documents;
import dev.stoa.server.document.Permission;
import dev.stoa.server.endpoint.document.DocumentsEndpoint;
import dev.stoa.server.endpoint.rooms.RoomsEndpoint;
import dev.stoa.server.endpoint.router.Authentication;
import dev.stoa.server.endpoint.router.Authenticator;
import dev.stoa.server.endpoint.router.RouterEndpoint;
import dev.stoa.server.limit.RatePolicy;
import dev.stoa.server.limit.TokenBuckets;
import dev.stoa.server.room.RoomRoutes;
import dev.stoa.server.room.Rooms;
import dev.stoa.server.room.RoomsOptions;
import dev.stoa.server.router.Context;
import dev.stoa.server.router.Middleware;
import dev.stoa.server.router.OpenContext;
import dev.stoa.server.router.RateLimiting;
import dev.stoa.server.router.Router;
import dev.stoa.server.router.RouterOptions;
import dev.stoa.server.router.RpcContext;
import dev.stoa.server.session.Heartbeat;
import dev.stoa.server.session.Principal;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A chat in rooms that are kept, a call that counts, and collaborative documents.
///
/// The instance `default` (also called `main`) is reached in two ways: at `/ws` a socket may be in many
/// rooms and use the playground's own call beside them; at `/rooms/{kind}/{name}` it is in one.
///
/// Thread-safe; runs in one server.
public final class Playground implements StoaApp {
    /// Where clients connect.
    public static final String PATH = "/ws";

    private static final String ROOMS_PATH = "/rooms";
    private static final String DOCUMENTS_PATH = "/documents";
    private static final List<String> USUAL_ROOMS = List.of("lobby", "garden", "workshop");

    private final Authenticator authenticator;
    private final InstantSource clock;
    private final @Nullable DocumentAuthorizer authorizer;
    private final Documents boards = Documents.create("boards");
    private final Rooms rooms =
            Rooms.create(RoomsOptions.named("default").withBinding("main").allowingAnonymous());

    /// Open to everyone, as a guest.
    public Playground() {
        this(
                _ -> Authentication.anonymous(),
                InstantSource.system(),
                _ -> DocumentAuthorizer.Grant.of(Permission.READ_WRITE));
    }

    private Playground(Authenticator authenticator, InstantSource clock, @Nullable DocumentAuthorizer authorizer) {
        this.authenticator = authenticator;
        this.clock = clock;
        this.authorizer = authorizer;
    }

    /// Open to those whom `authenticator` lets in.
    public static Playground authenticatedBy(Authenticator authenticator) {
        return authenticatedBy(authenticator, InstantSource.system());
    }

    /// @param clock by which those who send too fast are held back
    static Playground authenticatedBy(Authenticator authenticator, InstantSource clock) {
        return new Playground(authenticator, clock, null);
    }

    /// The same with documents at `/documents`, for those whom `who` lets in.
    public Playground withDocuments(DocumentAuthorizer who) {
        return new Playground(authenticator, clock, who);
    }

    @Override
    public void configure(Stoa.Builder server) {
        server.rooms(ROOMS_PATH, RoomsEndpoint.of(rooms, ROOMS_PATH).alsoAuthenticatedBy(authenticator))
                .endpoint(PATH, RouterEndpoint.of(router()).authenticatedBy(authenticator));
        if (authorizer != null) {
            server.documents(DOCUMENTS_PATH, DocumentsEndpoint.of(boards, authorizer));
        }
    }

    private Router router() {
        RouterOptions options = RouterOptions.usual()
                .withHeartbeat(Heartbeat.usual())
                .withMaxPayloadBytes(96 * 1024)
                .withMaxInflightRpcsPerSession(64);
        return Router.create(options)
                .use(sixtyAtOnceThenTwentyASecond())
                .onOpen(Playground::welcome)
                .rpc(COUNT, Playground::count)
                .merge(RoomRoutes.of(rooms));
    }

    private Middleware sixtyAtOnceThenTwentyASecond() {
        return RateLimiting.with(new TokenBuckets(RatePolicy.of(60, 20), clock)).keyedBy(Context::clientId);
    }

    private static void welcome(OpenContext ctx) {
        Principal principal = ctx.principal();
        String you = principal == null ? ctx.clientId() : principal.id();
        ctx.send(WELCOME, new Welcome(you, principal != null && principal.isReadOnly(), USUAL_ROOMS));
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
}
