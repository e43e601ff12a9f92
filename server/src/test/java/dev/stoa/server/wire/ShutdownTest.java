package dev.stoa.server.wire;

import static dev.stoa.server.wire.Chat.WORK;
import static dev.stoa.server.wire.Chat.await;
import static dev.stoa.server.wire.Chat.call;
import static dev.stoa.server.wire.Chat.expectNothingBefore;
import static dev.stoa.server.wire.Chat.expectText;
import static dev.stoa.server.wire.Chat.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stoa.server.Stoa;
import dev.stoa.server.router.Router;
import dev.stoa.server.wire.Chat.Text;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class ShutdownTest {
    private final Log log = new Log();
    private final CountDownLatch release = new CountDownLatch(1);

    private Router working() {
        return Chat.echoing(Router.create())
                .onClose(ctx -> log.add("close " + ctx.reason().code()))
                .rpc(WORK, ctx -> {
                    ctx.onCancel(() -> log.add("cancel " + ctx.abortSignal().reason()));
                    log.add("started");
                    try {
                        release.await();
                        ctx.reply(new Text("done"));
                    } catch (InterruptedException interrupted) {
                        log.add("interrupted");
                    }
                });
    }

    private static int statusOf(Stoa stoa, String path) {
        try (RawPeer probe = RawPeer.connect(stoa.port())) {
            byte[] request = ("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n").getBytes(StandardCharsets.UTF_8);
            return probe.sendRaw(request).readAnswer().status();
        }
    }

    @Test
    void aCallInFlightIsAnsweredBeforeTheCloseAndNobodyElseComesIn() throws InterruptedException {
        Stoa stoa = Stoa.builder().port(0).router("/ws", working()).start();
        try (RawPeer busy = open(stoa);
                RawPeer idle = open(stoa)) {
            assertThat(statusOf(stoa, "/health/ready")).isEqualTo(200);
            busy.send(call("WORK", "w", "x"));
            log.await(1);

            Thread closing = Thread.ofVirtual().start(stoa::close);

            assertThat(idle.expectClose(1001).closeReason()).isEqualTo("Server shutting down");
            assertThat(stoa.isReady()).isFalse();
            assertThat(statusOf(stoa, "/health/ready")).isEqualTo(503);
            assertThat(statusOf(stoa, "/health/live")).isEqualTo(200);
            try (RawPeer late = RawPeer.connect(stoa.port()).upgrade("/ws")) {
                assertThat(late.status()).isEqualTo(503);
            }
            release.countDown();
            expectText(busy, "WORKED", "done");
            busy.expectClose(1001);
            closing.join();
            assertThat(log.entries()).contains("close 1001").doesNotContain("interrupted");
        }
    }

    @Test
    void whatStillRunsAtTheDeadlineIsInterruptedAndItsCloseHandlersRun() {
        Stoa stoa = Stoa.builder()
                .port(0)
                .drain(Duration.ZERO, Duration.ofMillis(100))
                .router("/ws", working())
                .start();
        try (RawPeer busy = open(stoa)) {
            busy.send(call("WORK", "w", "x"));
            log.await(1);

            stoa.close();

            assertThat(busy.nextFrame().closeCode()).isEqualTo(1001);
            assertThat(log.entries())
                    .containsExactlyInAnyOrder("started", "cancel DISCONNECT", "close 1001", "interrupted");
            stoa.close();
        }
    }

    @Test
    void connectionsAreClosedOneAfterTheOtherOverTheDrainTime() throws InterruptedException {
        Stoa stoa = Stoa.builder()
                .port(0)
                .drain(Duration.ofSeconds(3), Duration.ofSeconds(20))
                .router("/ws", Chat.echoing(Router.create()))
                .start();
        try (RawPeer one = open(stoa);
                RawPeer other = open(stoa)) {
            Thread closing = Thread.ofVirtual().start(stoa::close);
            Awaitility.await().until(() -> stoa.sessions().count() == 1);
            boolean otherIsOpen =
                    stoa.sessions().find(other.header("x-client-id")).isPresent();

            expectNothingBefore(otherIsOpen ? other : one, "still served");

            one.expectClose(1001);
            other.expectClose(1001);
            closing.join();
        }
    }

    @Test
    void aClosedServerLeavesItsPortAndItsRouterToOthers() {
        Router router = Chat.echoing(Router.create());
        Stoa first = Stoa.builder().port(0).router("/ws", router).start();
        first.close();

        try (Stoa second =
                        Stoa.builder().port(first.port()).router("/ws", router).start();
                RawPeer peer = open(second)) {
            expectNothingBefore(peer, "a");
        }
    }

    @Test
    void aServerThatCannotHaveItsPortGivesEverythingBack() {
        Router mine = Chat.echoing(Router.create());
        try (Stoa holder = Stoa.builder().port(0).router("/ws", Router.create()).start()) {
            assertThatThrownBy(() -> Stoa.builder()
                            .port(holder.port())
                            .router("/ws", mine)
                            .start())
                    .isInstanceOf(UncheckedIOException.class);

            try (Stoa elsewhere = Stoa.builder().port(0).router("/ws", mine).start();
                    RawPeer peer = open(elsewhere)) {
                expectNothingBefore(peer, "a");
            }
        }
    }

    @Test
    void aRouterThatAnotherServerRunsStaysThatServers() {
        Router shared = Chat.echoing(Router.create());
        try (Stoa first = Stoa.builder().port(0).router("/ws", shared).start()) {
            assertThatThrownBy(
                            () -> Stoa.builder().port(0).router("/ws", shared).start())
                    .isInstanceOf(IllegalStateException.class);

            try (RawPeer peer = open(first)) {
                expectNothingBefore(peer, "a");
            }
        }
    }

    @Test
    void aHandshakeDecidedWhileTheServerStopsOpensNothing() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        var endpoint = dev.stoa.server.endpoint.router.RouterEndpoint.of(working())
                .authenticatedBy(_ -> {
                    asked.countDown();
                    await(release);
                    return dev.stoa.server.endpoint.router.Authentication.anonymous();
                });
        Stoa stoa = Stoa.builder().port(0).endpoint("/ws", endpoint).start();
        try (RawPeer peer = RawPeer.connect(stoa.port())) {
            Thread upgrading = Thread.ofVirtual().start(() -> {
                peer.upgrade("/ws");
                log.add("answered " + peer.status());
            });
            await(asked);
            Thread closing = Thread.ofVirtual().start(stoa::close);
            Awaitility.await().until(() -> !stoa.isReady());

            release.countDown();

            assertThat(log.await(1)).containsExactly("answered 503");
            closing.join();
            upgrading.join();
        }
    }
}
