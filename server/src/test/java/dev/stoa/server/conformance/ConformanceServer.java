package dev.stoa.server.conformance;

import static dev.stoa.server.conformance.Contracts.REFUSALS;

import dev.stoa.server.Stoa;
import dev.stoa.server.endpoint.router.Authentication;
import dev.stoa.server.endpoint.router.RouterEndpoint;
import dev.stoa.server.router.CloseException;
import dev.stoa.server.router.Router;
import dev.stoa.server.router.RouterOptions;
import dev.stoa.server.router.RouterOptions.OnOversize;
import dev.stoa.server.session.Heartbeat;
import dev.stoa.server.session.UpgradeRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/// The server that the tests in `web/conformance` talk to. Prints its port as the first line and stops
/// when its standard input ends, so that it cannot outlive whoever started it.
///
/// | path | what is special |
/// | --- | --- |
/// | `/ws` | anyone may connect; a token is remembered |
/// | `/guarded` | the token `good` or 401; counted |
/// | `/broken` | authentication fails: 500 |
/// | `/small` | frames up to 2000 bytes, answered with an error beyond; 3 calls in flight; 200 ms for a call |
/// | `/curt` | frames up to 2000 bytes, closed beyond |
/// | `/kicked` | closed with 4401 as soon as it opens |
/// | `/beating` | pinged every 20 ms |
///
/// Peers that are cut off are not held back, because all tests come from one address.
public final class ConformanceServer {
    private static final int SMALL_BYTES = 2000;

    private ConformanceServer() {}

    public static void main(String[] args) throws IOException {
        try (Stoa stoa = start()) {
            System.out.println(stoa.port());
            System.in.transferTo(java.io.OutputStream.nullOutputStream());
        }
    }

    private static Stoa start() {
        RouterOptions small = RouterOptions.usual()
                .withMaxPayloadBytes(SMALL_BYTES)
                .withMaxInflightRpcsPerSession(3)
                .withRpcTimeout(Duration.ofMillis(200));
        RouterOptions beating =
                RouterOptions.usual().withHeartbeat(new Heartbeat(Duration.ofMillis(20), Duration.ofSeconds(5)));
        AtomicInteger refusals = new AtomicInteger();
        Router open =
                router(RouterOptions.usual()).rpc(REFUSALS, ctx -> ctx.reply(new Contracts.Count(refusals.get())));
        Router kicked = Router.create().onOpen(_ -> {
            throw new CloseException(4401, "Sign in first");
        });
        return Stoa.builder()
                .port(0)
                .loops(1)
                .reconnectDamping(null)
                .drain(Duration.ZERO, Duration.ofSeconds(1))
                .endpoint(
                        "/ws",
                        RouterEndpoint.of(open).supporting("chat-v2").authenticatedBy(ConformanceServer::remember))
                .endpoint(
                        "/guarded",
                        RouterEndpoint.of(router(RouterOptions.usual())).authenticatedBy(request -> {
                            if (request.token().filter("good"::equals).isPresent()) {
                                return remember(request);
                            }
                            refusals.incrementAndGet();
                            return Authentication.reject();
                        }))
                .endpoint("/broken", RouterEndpoint.of(Router.create()).authenticatedBy(_ -> {
                    throw new IOException("no database");
                }))
                .router("/small", router(small))
                .router("/curt", router(small.withOnOversize(OnOversize.CLOSE)))
                .router("/kicked", kicked)
                .router("/beating", router(beating))
                .start();
    }

    private static Router router(RouterOptions options) {
        Router router = Router.create(options);
        Events.register(router);
        new Calls().register(router);
        return router;
    }

    private static Authentication remember(UpgradeRequest request) {
        return request.token()
                .<Authentication>map(token -> Authentication.anonymous().with(Events.TOKEN, token))
                .orElseGet(Authentication::anonymous);
    }
}
