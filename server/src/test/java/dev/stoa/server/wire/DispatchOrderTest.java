package dev.stoa.server.wire;

import static dev.stoa.server.wire.Chat.ECHO;
import static dev.stoa.server.wire.Chat.SAY;
import static dev.stoa.server.wire.Chat.WORK;
import static dev.stoa.server.wire.Chat.await;
import static dev.stoa.server.wire.Chat.call;
import static dev.stoa.server.wire.Chat.event;
import static dev.stoa.server.wire.Chat.expectText;
import static dev.stoa.server.wire.Chat.open;
import static dev.stoa.server.wire.Chat.serve;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.protocol.MessageType;
import dev.stoa.server.Stoa;
import dev.stoa.server.router.Dispatch;
import dev.stoa.server.router.Router;
import dev.stoa.server.router.RouterOptions;
import dev.stoa.server.wire.Chat.Text;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@Row(54)
class DispatchOrderTest {
    private static final MessageType<Text> QUICK = MessageType.of("QUICK", Text.class);

    private final Log log = new Log();
    private final CountDownLatch release = new CountDownLatch(1);

    @Test
    void aSlowCallDoesNotBlockTheNextOne() {
        Router router = Chat.echoing(Router.create()).rpc(WORK, ctx -> {
            await(release);
            ctx.reply(new Text("slow"));
        });
        try (Stoa stoa = serve(router);
                RawPeer peer = open(stoa)) {
            peer.send(call("WORK", "w", "x")).send(call("ECHO", "e", "fast"));

            expectText(peer, "ECHOED", "fast");
            release.countDown();
            expectText(peer, "WORKED", "slow");
        }
    }

    @Test
    void aSlowEventDoesNotBlockCallsButHoldsLaterEventsOfItsSession() {
        Router router = Chat.echoing(Router.create()).on(SAY, ctx -> {
            log.add("in " + ctx.payload().text());
            await(release);
            log.add("out " + ctx.payload().text());
        });
        try (Stoa stoa = serve(router);
                RawPeer peer = open(stoa);
                RawPeer other = open(stoa)) {
            peer.send(event("SAY", "1"));
            log.await(1);
            peer.send(call("ECHO", "e", "fast")).send(event("SAY", "2"));

            expectText(peer, "ECHOED", "fast");
            other.send(event("SAY", "other"));
            assertThat(log.await(2)).containsExactly("in 1", "in other");
            release.countDown();

            List<String> mine = log.await(6).stream()
                    .filter(entry -> !entry.endsWith("other"))
                    .toList();
            assertThat(mine).containsExactly("in 1", "out 1", "in 2", "out 2");
        }
    }

    @Test
    void handlersOfAllKindsStartInArrivalOrder() {
        Router router = Router.create();
        router.route(SAY).on(ctx -> log.add("serial " + ctx.payload().text()));
        router.route(QUICK)
                .dispatch(Dispatch.INLINE)
                .on(ctx -> log.add("inline " + ctx.payload().text()));
        try (Stoa stoa = serve(router);
                RawPeer peer = open(stoa)) {
            for (int i = 0; i < 300; i++) {
                peer.send(event("SAY", "" + i)).send(event("QUICK", "" + i));
            }

            // inline work may begin while the serial handler in front of it has begun but not yet logged
            List<String> all = log.await(600);
            assertThat(all.stream().filter(entry -> entry.startsWith("serial")))
                    .containsExactlyElementsOf(
                            IntStream.range(0, 300).mapToObj(i -> "serial " + i).toList());
            assertThat(all.stream().filter(entry -> entry.startsWith("inline")))
                    .containsExactlyElementsOf(
                            IntStream.range(0, 300).mapToObj(i -> "inline " + i).toList());
        }
    }

    @Test
    void noMoreConcurrentHandlersRunThanAllowed() {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Router router = Router.create(RouterOptions.usual().withMaxConcurrentEvents(3));
        router.route(SAY).dispatch(Dispatch.CONCURRENT).on(ctx -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            log.add(ctx.payload().text());
            await(release);
            running.decrementAndGet();
        });
        try (Stoa stoa = serve(router);
                RawPeer peer = open(stoa)) {
            for (int i = 0; i < 10; i++) {
                peer.send(event("SAY", "" + i));
            }
            log.await(3);
            release.countDown();
            log.await(10);

            assertThat(most.get()).isLessThanOrEqualTo(3);
        }
    }

    @Test
    void aSessionThatSendsFasterThanItsHandlersIsReadAgainAndLosesNothing() {
        RouterOptions few = RouterOptions.usual().withMaxPendingMessages(8);
        Router router = Router.create(few).on(SAY, ctx -> {
            await(release);
            log.add(ctx.payload().text());
        });
        router.rpc(ECHO, ctx -> ctx.reply(ctx.payload()));
        try (Stoa stoa = serve(router);
                RawPeer peer = open(stoa)) {
            for (int i = 0; i < 2000; i++) {
                peer.send(event("SAY", "" + i));
            }
            peer.send(call("ECHO", "e", "behind them all"));
            release.countDown();

            expectText(peer, "ECHOED", "behind them all");
            assertThat(log.await(2000))
                    .containsExactlyElementsOf(
                            IntStream.range(0, 2000).mapToObj(i -> "" + i).toList());
        }
    }

    @Test
    void largeMessagesThatWaitAreReadLaterAndNoneIsLost() {
        RouterOptions small = RouterOptions.usual().withMaxPendingBytes(100_000);
        Router router = Router.create(small).on(SAY, ctx -> {
            await(release);
            log.add(ctx.payload().text().substring(0, 5));
        });
        String large = "x".repeat(50_000);
        try (Stoa stoa = serve(router);
                RawPeer peer = open(stoa)) {
            Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 400; i++) {
                    peer.send(event("SAY", "%05d".formatted(i) + large));
                }
            });
            release.countDown();

            assertThat(log.await(400))
                    .containsExactlyElementsOf(
                            IntStream.range(0, 400).mapToObj("%05d"::formatted).toList());
        }
    }
}
