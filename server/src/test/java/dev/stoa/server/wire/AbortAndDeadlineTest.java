package dev.stoa.server.wire;

import static dev.stoa.server.wire.Chat.ECHO;
import static dev.stoa.server.wire.Chat.WORK;
import static dev.stoa.server.wire.Chat.abort;
import static dev.stoa.server.wire.Chat.await;
import static dev.stoa.server.wire.Chat.call;
import static dev.stoa.server.wire.Chat.expectNothingBefore;
import static dev.stoa.server.wire.Chat.expectText;
import static dev.stoa.server.wire.Chat.open;
import static dev.stoa.server.wire.Chat.serve;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.protocol.Retry;
import dev.stoa.protocol.RpcType;
import dev.stoa.server.Stoa;
import dev.stoa.server.router.Router;
import dev.stoa.server.router.RouterOptions;
import dev.stoa.server.wire.Chat.Text;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class AbortAndDeadlineTest {
    private final Log log = new Log();
    private final CountDownLatch release = new CountDownLatch(1);

    /// WORK tells when it starts, what cancels it, and answers, if late, once it is released.
    private Router working(RouterOptions options) {
        return Chat.echoing(Router.create(options)).rpc(WORK, ctx -> {
            ctx.onCancel(() -> {
                log.add("cancel " + ctx.abortSignal().reason().text());
                throw new IllegalStateException("a callback that fails");
            });
            ctx.onCancel(() -> log.add("second"));
            Runnable forgotten = ctx.onCancel(() -> log.add("forgotten"));
            forgotten.run();
            log.add("started " + ctx.timeRemaining());
            await(release);
            ctx.progress("late");
            ctx.reply(new Text("late"));
            log.add("replied");
        });
    }

    @Test
    @Row(38)
    void anAbortedCallIsCancelledOnceAndItsLateReplyIsNotSent() {
        try (Stoa stoa = serve(working(RouterOptions.usual()), new ManualTimers());
                RawPeer peer = open(stoa)) {
            peer.send(call("WORK", "a", "x"));
            log.await(1);

            peer.send(abort("a")).send(abort("a"));

            var cancelled = peer.expect("RPC_ERROR");
            assertThat(cancelled.path("meta").path("correlationId").asString()).isEqualTo("a");
            assertThat(cancelled.path("payload").path("code").asString()).isEqualTo("CANCELLED");
            assertThat(cancelled.path("payload").path("retryable").asBoolean()).isFalse();
            assertThat(log.await(3)).containsExactly("started 30000", "cancel client-abort", "second");
            release.countDown();
            assertThat(log.await(4)).endsWith("replied");
            expectNothingBefore(peer, "b");
        }
    }

    @Test
    @Row(38)
    void anAbortOfAnUnknownOrFinishedCallIsIgnored() {
        try (Stoa stoa = serve(working(RouterOptions.usual()));
                RawPeer peer = open(stoa)) {
            peer.send(abort("nobody"));
            expectNothingBefore(peer, "done");
            peer.send(abort("done"));
            peer.send("{\"type\":\"$ws:abort\"}").send("{\"type\":\"$ws:abort\",\"payload\":1}");

            expectNothingBefore(peer, "b");
        }
    }

    @Test
    @Row(38)
    void anAbortRightBehindItsCallIsNotLost() {
        Router router = Router.create(RouterOptions.usual().withWarnIncompleteRpc(false))
                .rpc(WORK, ctx -> {
                    CountDownLatch cancelled = new CountDownLatch(1);
                    ctx.onCancel(cancelled::countDown);
                    await(cancelled);
                });
        try (Stoa stoa = serve(router);
                RawPeer peer = open(stoa)) {
            for (int i = 0; i < 300; i++) {
                byte[] callFrame =
                        RawPeer.frame(0x81, call("WORK", "w" + i, "x").getBytes(StandardCharsets.UTF_8));
                byte[] abortFrame = RawPeer.frame(0x81, abort("w" + i).getBytes(StandardCharsets.UTF_8));
                byte[] both = java.util.Arrays.copyOf(callFrame, callFrame.length + abortFrame.length);
                System.arraycopy(abortFrame, 0, both, callFrame.length, abortFrame.length);

                peer.sendRaw(both);

                peer.expectError("RPC_ERROR", "CANCELLED");
            }
        }
    }

    @Test
    @Row(38)
    void aCallbackAddedAfterTheAbortRunsAtOnce() {
        Router router = Router.create().rpc(WORK, ctx -> {
            CountDownLatch cancelled = new CountDownLatch(1);
            ctx.onCancel(cancelled::countDown);
            log.add("started");
            await(cancelled);
            ctx.onCancel(() -> log.add("added late"));
            log.add("after it");
        });
        try (Stoa stoa = serve(router);
                RawPeer peer = open(stoa)) {
            peer.send(call("WORK", "a", "x"));
            log.await(1);

            peer.send(abort("a"));

            peer.expectError("RPC_ERROR", "CANCELLED");
            assertThat(log.await(3)).containsExactly("started", "added late", "after it");
        }
    }

    @Test
    @Row(39)
    void aDisconnectCancelsCallsInFlightBeforeTheCloseHandlers() {
        Router router = working(RouterOptions.usual())
                .onClose(ctx -> log.add("close " + ctx.reason().code()));
        try (Stoa stoa = serve(router, new ManualTimers());
                RawPeer peer = open(stoa)) {
            peer.send(call("WORK", "a", "x"));
            log.await(1);

            peer.close();

            assertThat(log.await(4)).containsExactly("started 30000", "cancel disconnect", "second", "close 1006");
            release.countDown();
            assertThat(log.await(5)).endsWith("replied");
        }
    }

    @Test
    @Row(40)
    void aCallPastItsDeadlineIsAnsweredAndItsLateReplyIsNotSent() {
        ManualTimers timers = new ManualTimers();
        try (Stoa stoa = serve(working(RouterOptions.usual()), timers);
                RawPeer peer = open(stoa)) {
            peer.send(call("WORK", "a", "x", 500));
            assertThat(log.await(1)).containsExactly("started 500");
            timers.advance(Duration.ofMillis(499));
            expectNothingBefore(peer, "still waiting");

            timers.advance(Duration.ofMillis(1));

            var late = peer.expectError("RPC_ERROR", "DEADLINE_EXCEEDED");
            assertThat(late.path("retryable").asBoolean()).isTrue();
            assertThat(log.await(3)).containsExactly("started 500", "cancel deadline", "second");
            release.countDown();
            log.await(4);
            expectNothingBefore(peer, "b");
        }
    }

    @Test
    @Row(40)
    void withoutALimitOfItsOwnACallHasTheRoutersTimeout() {
        ManualTimers timers = new ManualTimers();
        try (Stoa stoa = serve(working(RouterOptions.usual().withRpcTimeout(Duration.ofSeconds(7))), timers);
                RawPeer peer = open(stoa)) {
            peer.send(call("WORK", "a", "x"));
            assertThat(log.await(1)).containsExactly("started 7000");

            timers.advance(Duration.ofSeconds(7));

            peer.expectError("RPC_ERROR", "DEADLINE_EXCEEDED");
            release.countDown();
        }
    }

    @Test
    @Row(40)
    void aLimitOfThirtyThousandYearsKeepsNobodyBusy() {
        ManualTimers timers = new ManualTimers();
        try (Stoa stoa = serve(working(RouterOptions.usual()), timers);
                RawPeer peer = open(stoa)) {
            peer.send(call("WORK", "a", "x", 999_999_999_999_999L));
            log.await(1);

            assertThat(timers.untilNext()).isEqualTo(RouterOptions.usual().rpcIdleTimeout());
            release.countDown();
            peer.expect("$ws:rpc-progress");
            expectText(peer, "WORKED", "late");
        }
    }

    record Slow(CountDownLatch gate) {
        @Override
        public CountDownLatch gate() {
            await(gate);
            return gate;
        }

        private static void await(CountDownLatch gate) {
            try {
                gate.await(20, java.util.concurrent.TimeUnit.SECONDS);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    @Row(38)
    void progressThatIsSlowToWriteDoesNotHoldUpAnAbort() {
        CountDownLatch gate = new CountDownLatch(1);
        Router router = Chat.echoing(Router.create()).rpc(WORK, ctx -> {
            log.add("started");
            ctx.progress(new Slow(gate));
        });
        try (Stoa stoa = serve(router, new ManualTimers());
                RawPeer peer = open(stoa)) {
            peer.send(call("WORK", "a", "x"));
            log.await(1);

            peer.send(abort("a"));

            peer.expectError("RPC_ERROR", "CANCELLED");
            gate.countDown();
        }
    }

    record Broken(String text) {
        @Override
        public String text() {
            throw new UnsupportedOperationException("cannot be read");
        }
    }

    @Test
    @Row({34, 37})
    void aReplyThatCannotBeWrittenIsInternalAndFreesItsSlot() {
        RpcType<Text, Broken> breaking = RpcType.of("BREAK", Text.class, "BROKEN", Broken.class);
        Router router = Chat.echoing(Router.create(RouterOptions.usual().withMaxInflightRpcsPerSession(1)))
                .rpc(breaking, ctx -> ctx.reply(new Broken("x")));
        try (Stoa stoa = serve(router);
                RawPeer peer = open(stoa)) {
            for (int i = 0; i < 3; i++) {
                peer.send(call("BREAK", "a", "x"));
                peer.expectError("RPC_ERROR", "INTERNAL");
            }
            expectNothingBefore(peer, "b");
        }
    }

    @Test
    void aBlankErrorCodeIsTheHandlersFaultAndStillAnswered() {
        Router router = Chat.echoing(Router.create()).rpc(WORK, ctx -> ctx.error(" ", null, null, Retry.byCode()));
        try (Stoa stoa = serve(router);
                RawPeer peer = open(stoa)) {
            peer.send(call("WORK", "a", "x"));

            peer.expectError("RPC_ERROR", "INTERNAL");
        }
    }

    @Test
    @Row(41)
    void aCallWithoutProgressIsDroppedSilentlyAndProgressKeepsItAlive() {
        ManualTimers timers = new ManualTimers();
        BlockingQueue<String> steps = new LinkedBlockingQueue<>();
        Router router = Chat.echoing(Router.create(RouterOptions.usual().withRpcIdleTimeout(Duration.ofSeconds(1))))
                .rpc(WORK, ctx -> {
                    ctx.onCancel(() -> log.add(ctx.abortSignal().reason().text()));
                    for (String step = steps.poll(10, TimeUnit.SECONDS);
                            step != null && !step.equals("end");
                            step = steps.poll(10, TimeUnit.SECONDS)) {
                        ctx.progress(step);
                    }
                    ctx.reply(new Text("late"));
                    log.add("replied");
                });
        try (Stoa stoa = serve(router, timers);
                RawPeer peer = open(stoa)) {
            peer.send(call("WORK", "a", "x"));
            for (int i = 0; i < 4; i++) {
                steps.add("step " + i);
                assertThat(peer.expect("$ws:rpc-progress").path("data").asString())
                        .isEqualTo("step " + i);
                timers.advance(Duration.ofMillis(900));
            }
            assertThat(log.entries()).isEmpty();

            Awaitility.await().until(() -> {
                timers.advance(Duration.ofMillis(100));
                return !log.entries().isEmpty();
            });

            assertThat(log.await(1)).containsExactly("idle-timeout");
            steps.add("end");
            assertThat(log.await(2)).containsExactly("idle-timeout", "replied");
            expectNothingBefore(peer, "b");
        }
    }

    @Test
    @Row(42)
    void anIdStillInFlightIsNotHandledTwice() {
        try (Stoa stoa = serve(working(RouterOptions.usual()), new ManualTimers());
                RawPeer peer = open(stoa)) {
            peer.send(call("WORK", "a", "x")).send(call("WORK", "a", "x"));
            log.await(1);
            expectNothingBefore(peer, "between");

            release.countDown();

            assertThat(peer.expect("$ws:rpc-progress").path("data").asString()).isEqualTo("late");
            expectText(peer, "WORKED", "late");
            expectNothingBefore(peer, "after");
            assertThat(log.await(2)).containsExactly("started 30000", "replied");
        }
    }

    @Test
    @Row({37, 42})
    void anIdAndASlotAreFreeAsSoonAsTheAnswerIsSeen() {
        RouterOptions one = RouterOptions.usual().withMaxInflightRpcsPerSession(1);
        Router router = Router.create(one).rpc(ECHO, ctx -> ctx.reply(ctx.payload()));
        try (Stoa stoa = serve(router);
                RawPeer peer = open(stoa)) {
            for (int i = 0; i < 1000; i++) {
                expectNothingBefore(peer, "same");
            }
        }
    }

    @Test
    @Row(36)
    void theDefaultLimitOfCallsInFlightRefusesAndDoesNotWait() {
        Router router = Chat.echoing(Router.create()).rpc(WORK, _ -> await(release));
        try (Stoa stoa = serve(router);
                RawPeer peer = open(stoa)) {
            for (int i = 0; i < 1000; i++) {
                peer.send(call("WORK", "w" + i, "x"));
            }

            peer.send(call("WORK", "one more", "x"));

            var refused = peer.expectError("RPC_ERROR", "RESOURCE_EXHAUSTED");
            assertThat(refused.path("retryAfterMs").asInt()).isEqualTo(100);
            release.countDown();
        }
    }

    @Test
    @Row(72)
    void aRequestWhoseCallerGaveUpIsAnsweredAllTheSame() {
        try (Stoa stoa = serve(Chat.echoing(Router.create().onError((error, _) -> {
                    log.add(error.code());
                    return true;
                })));
                RawPeer before = open(stoa)) {
            before.send(call("ECHO", "queued", "x"));
            before.close();
            try (RawPeer after = open(stoa)) {
                expectNothingBefore(after, "queued");
                expectNothingBefore(after, "next");
            }
            assertThat(log.entries()).isEmpty();
        }
    }
}
