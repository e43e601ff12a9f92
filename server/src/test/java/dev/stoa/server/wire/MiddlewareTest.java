package dev.stoa.server.wire;

import static dev.stoa.server.wire.Chat.ECHO;
import static dev.stoa.server.wire.Chat.SAY;
import static dev.stoa.server.wire.Chat.call;
import static dev.stoa.server.wire.Chat.event;
import static dev.stoa.server.wire.Chat.expectNothingBefore;
import static dev.stoa.server.wire.Chat.open;
import static dev.stoa.server.wire.Chat.serve;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.server.Stoa;
import dev.stoa.server.router.Middleware;
import dev.stoa.server.router.Router;
import dev.stoa.server.session.DataKey;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MiddlewareTest {
    private static final DataKey<Integer> COUNT = DataKey.of("count", Integer.class);

    private final Log log = new Log();

    private Middleware around(String name) {
        return (_, next) -> {
            log.add(name + " in");
            next.proceed();
            log.add(name + " out");
        };
    }

    @Test
    @Row({51, 52})
    void middlewareRunsInOrderAroundTheHandlerAndARoutesOwnOnlyForItsType() {
        Router router = Chat.echoing(Router.create());
        router.use(around("first")).use(around("second"));
        router.route(SAY)
                .use(around("own"))
                .use(around("own too"))
                .on(ctx -> log.add("handler " + ctx.payload().text()));
        try (Stoa stoa = serve(router);
                RawPeer peer = open(stoa)) {
            peer.send(event("SAY", "hi"));
            assertThat(log.await(9))
                    .containsExactly(
                            "first in",
                            "second in",
                            "own in",
                            "own too in",
                            "handler hi",
                            "own too out",
                            "own out",
                            "second out",
                            "first out");
            log.clear();

            expectNothingBefore(peer, "a");

            assertThat(log.await(4)).containsExactly("first in", "second in", "second out", "first out");
        }
    }

    @Test
    @Row(51)
    void notCallingNextSkipsTheRestInSilence() {
        Router router = Chat.echoing(Router.create());
        router.route(SAY).use((_, _) -> log.add("skipped")).on(_ -> log.add("handled"));
        try (Stoa stoa = serve(router);
                RawPeer peer = open(stoa)) {
            peer.send(event("SAY", "hi"));
            log.await(1);

            expectNothingBefore(peer, "a");

            assertThat(log.entries()).containsExactly("skipped");
        }
    }

    @Test
    @Row(51)
    void anExceptionBeforeOrAfterNextIsInternal() {
        Router router = Chat.echoing(Router.create());
        router.use((ctx, next) -> {
            boolean before = ctx.type().equals("WORK");
            if (before) {
                throw new IllegalStateException("secret");
            }
            next.proceed();
            if (ctx.type().equals("SAY")) {
                throw new IllegalStateException("secret");
            }
        });
        router.on(SAY, ctx -> log.add("handled " + ctx.payload().text()));
        router.rpc(Chat.WORK, ctx -> ctx.reply(ctx.payload()));
        try (Stoa stoa = serve(router);
                RawPeer peer = open(stoa)) {
            peer.send(event("SAY", "hi"));
            var payload = peer.expectError("ERROR", "INTERNAL");
            assertThat(payload.path("message").asString()).isEqualTo("Internal server error");
            assertThat(log.await(1)).containsExactly("handled hi");

            peer.send(call("WORK", "w", "x"));
            peer.expectError("RPC_ERROR", "INTERNAL");
        }
    }

    @Test
    @Row(51)
    void anExceptionOfTheHandlerPassesThroughMiddlewareWhichMayHandleIt() {
        Router router = Chat.echoing(Router.create());
        router.use((ctx, next) -> {
            try {
                next.proceed();
            } catch (IllegalStateException error) {
                log.add("seen " + error.getMessage());
                ctx.error(ErrorCode.UNAVAILABLE, "later");
            }
        });
        router.on(SAY, _ -> {
            throw new IllegalStateException("broken");
        });
        try (Stoa stoa = serve(router);
                RawPeer peer = open(stoa)) {
            peer.send(event("SAY", "hi"));

            peer.expectError("ERROR", "UNAVAILABLE");

            assertThat(log.entries()).containsExactly("seen broken");
            expectNothingBefore(peer, "a");
        }
    }

    @Test
    @Row(51)
    void callingNextTwiceIsHandledAsAThrowAndRunsTheHandlerOnce() {
        Router router = Router.create()
                .use((_, next) -> {
                    next.proceed();
                    next.proceed();
                })
                .onError((error, _) -> {
                    log.add(error.getCause().getMessage());
                    return true;
                })
                .on(SAY, ctx -> log.add("handled " + ctx.payload().text()));
        try (Stoa stoa = serve(router);
                RawPeer peer = open(stoa)) {
            peer.send(event("SAY", "hi"));

            peer.expectError("ERROR", "INTERNAL");

            assertThat(log.entries()).containsExactly("handled hi", "next() called multiple times");
        }
    }

    @Test
    @Row(51)
    void anErrorOfMiddlewareNeitherStopsTheChainNorCloses() {
        Router router = Chat.echoing(Router.create())
                .use((ctx, next) -> {
                    if (ctx.type().equals("SAY")) {
                        ctx.error(ErrorCode.UNAUTHENTICATED, "who are you");
                    }
                    next.proceed();
                })
                .on(SAY, ctx -> log.add("handled " + ctx.payload().text()));
        try (Stoa stoa = serve(router);
                RawPeer peer = open(stoa)) {
            peer.send(event("SAY", "hi"));

            peer.expectError("ERROR", "UNAUTHENTICATED");
            assertThat(log.await(1)).containsExactly("handled hi");
            expectNothingBefore(peer, "a");
        }
    }

    @Test
    @Row(51)
    void whatMiddlewareRemembersIsSeenByTheHandlerAndByLaterMessages() {
        Router router = Router.create()
                .use((ctx, next) -> {
                    Integer count = ctx.getData(COUNT);
                    ctx.assignData(Map.of(COUNT, count == null ? 1 : count + 1));
                    next.proceed();
                })
                .on(SAY, ctx -> log.add("count " + ctx.getData(COUNT)));
        try (Stoa stoa = serve(router);
                RawPeer peer = open(stoa)) {
            peer.send(event("SAY", "a")).send(event("SAY", "b"));

            assertThat(log.await(2)).containsExactly("count 1", "count 2");
        }
    }

    @Test
    @Row(51)
    void anInvalidMessageNeverReachesMiddleware() {
        Router router = Router.create().use((ctx, next) -> {
            log.add(ctx.type());
            next.proceed();
        });
        router.rpc(ECHO, ctx -> ctx.reply(ctx.payload()));
        try (Stoa stoa = serve(router);
                RawPeer peer = open(stoa)) {
            peer.send("{\"type\":\"ECHO\",\"meta\":{\"correlationId\":\"1\"},\"payload\":{\"txt\":1}}");

            peer.expectError("RPC_ERROR", "INVALID_ARGUMENT");

            assertThat(log.entries()).isEmpty();
        }
    }
}
