package dev.stoa.bench;

import dev.stoa.server.Stoa;
import dev.stoa.server.endpoint.router.Authentication;
import dev.stoa.server.endpoint.router.RouterEndpoint;
import dev.stoa.server.net.Transport;
import dev.stoa.server.router.Dispatch;
import dev.stoa.server.router.Router;
import dev.stoa.server.router.RouterOptions;
import dev.stoa.server.session.Heartbeat;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Locale;

/// The real server as an application would run it: tokens, limits, heartbeats and metrics on, contracts typed and
/// validated both ways. It answers what [BareServer] answers, at `/ws?access_token=anything`.
///
/// ```
/// StoaServer --port 9000 [--handlers inline|virtual] [--transport epoll|io_uring|nio] [--loops 1]
/// ```
public final class StoaServer {
    private StoaServer() {}

    public static void main(String[] args) throws InterruptedException {
        Arguments arguments = Arguments.of(args);
        RouterEndpoint endpoint = RouterEndpoint.of(
                        router(arguments.text("handlers", "inline").equals("inline")))
                .authenticatedBy(request -> request.token()
                        .<Authentication>map(Authentication::accept)
                        .orElseGet(Authentication::reject));
        Stoa stoa = Stoa.builder()
                .port(arguments.number("port", 9000))
                .transport(
                        Transport.valueOf(arguments.text("transport", "epoll").toUpperCase(Locale.ROOT)))
                .loops(arguments.number("loops", 1))
                .metrics(new SimpleMeterRegistry())
                .endpoint("/ws", endpoint)
                .start();
        System.out.println("stoa at " + stoa.address() + ", " + arguments);
        stoa.awaitStop();
    }

    private static Router router(boolean inline) {
        Dispatch events = inline ? Dispatch.INLINE : Dispatch.SERIAL;
        Dispatch calls = inline ? Dispatch.INLINE : Dispatch.CONCURRENT;
        Router router = Router.create(RouterOptions.usual().withHeartbeat(Heartbeat.usual()));
        router.route(Contracts.SUB).dispatch(events).on(ctx -> {
            ctx.subscribe(ctx.payload().topic());
            ctx.send(Contracts.JOINED, ctx.payload());
        });
        router.route(Contracts.PUB)
                .dispatch(events)
                .on(ctx -> ctx.publish(
                        ctx.payload().topic(), Contracts.NEWS, ctx.payload().body()));
        router.route(Contracts.ECHO).dispatch(calls).rpc(ctx -> ctx.reply(ctx.payload()));
        return router;
    }
}
