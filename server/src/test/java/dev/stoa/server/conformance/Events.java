package dev.stoa.server.conformance;

import static dev.stoa.server.conformance.Contracts.*;

import dev.stoa.protocol.Retry;
import dev.stoa.server.router.EventContext;
import dev.stoa.server.router.Router;
import dev.stoa.server.router.SendOptions;
import dev.stoa.server.session.CloseReason;
import dev.stoa.server.session.DataKey;
import java.util.Map;

/// The handlers of one-way messages.
final class Events {
    static final DataKey<String> TOKEN = DataKey.of("token", String.class);

    private Events() {}

    static void register(Router router) {
        router.on(SAY, ctx -> ctx.send(SAID, ctx.payload()))
                .on(PING, ctx -> ctx.send(PONG))
                .on(TRACED_SAY, Events::sayTraced)
                .on(WHO, ctx -> ctx.send(ME, me(ctx)))
                .on(JOIN, ctx -> {
                    ctx.subscribe(ctx.payload().topic());
                    ctx.send(JOINED, ctx.payload());
                })
                .on(POST, Events::post)
                .on(FAIL, ctx -> {
                    Failure wanted = ctx.payload();
                    ctx.error(wanted.code(), wanted.message(), wanted.details(), retryOf(wanted));
                })
                .on(FAIL_OFTEN, ctx -> {
                    for (int number = 0; number < ctx.payload().count(); number++) {
                        ctx.error("FAILURE_" + number, "one of several", null, Retry.byCode());
                    }
                })
                .on(THROW, ctx -> {
                    throw new IllegalStateException(ctx.payload().text());
                })
                .on(
                        CLOSE,
                        ctx -> ctx.session()
                                .close(new CloseReason(
                                        ctx.payload().code(), ctx.payload().reason())))
                .on(OLD_GET_USER, Events::getUserTheOldWay);
    }

    /// What a test asks for, as the API takes it.
    static Retry retryOf(Failure wanted) {
        return wanted.retryAfterMs() == null ? Retry.byCode() : Retry.afterMs(wanted.retryAfterMs());
    }

    private static Me me(EventContext<Void> ctx) {
        return new Me(ctx.clientId(), ctx.getData(TOKEN), ctx.session().subprotocol());
    }

    private static void sayTraced(EventContext<Text> ctx) {
        Trace trace = ctx.meta().extended(Trace.class);
        ctx.send(TRACED_SAID, ctx.payload(), SendOptions.none().withMeta(Map.of("traceId", trace.traceId())));
    }

    private static void post(EventContext<Post> ctx) {
        for (int number = 0; number < ctx.payload().count(); number++) {
            ctx.publish(ctx.payload().topic(), POSTED, new Posted(number));
        }
    }

    /// The request style from before calls existed: an event that is answered by another, which carries
    /// its id.
    private static void getUserTheOldWay(EventContext<Id> ctx) {
        String id = ctx.payload().id();
        if (id.equals("nobody")) {
            ctx.error("NOT_FOUND", "No such user", Map.of("id", id), Retry.byCode());
        } else {
            ctx.send(OLD_USER, new User(id, "Ada"), SendOptions.none().inheritingCorrelationId());
        }
    }
}
