package dev.stoa.server.wire;

import static dev.stoa.server.wire.Chat.SAID;
import static dev.stoa.server.wire.Chat.WORK;
import static dev.stoa.server.wire.Chat.call;
import static dev.stoa.server.wire.Chat.expectNothingBefore;
import static dev.stoa.server.wire.Chat.expectText;
import static dev.stoa.server.wire.Chat.serve;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.server.Stoa;
import dev.stoa.server.router.Router;
import dev.stoa.server.router.RouterOptions;
import dev.stoa.server.wire.Chat.Text;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackpressureTest {
    private static final int MESSAGES = 100;
    /// In all 16 MB: far more than the kernel keeps for a peer that does not read.
    private static final String LARGE = "x".repeat(160_000);

    private final Log log = new Log();

    private static RawPeer openUnread(Stoa stoa) {
        RawPeer peer = RawPeer.connect(stoa.port(), 4096).upgrade("/ws");
        assertThat(peer.status()).isEqualTo(101);
        return peer;
    }

    private static Router flooding(RouterOptions options) {
        return Router.create(options.withMaxBacklogBytes(64_000_000)).rpc(WORK, ctx -> {
            ctx.progress("before");
            for (int i = 0; i < MESSAGES; i++) {
                ctx.send(SAID, new Text(LARGE));
            }
            ctx.progress("while nobody reads");
            ctx.reply(new Text("done"));
        });
    }

    @Test
    @Row(70)
    void progressIsDroppedWhileThePeerDoesNotReadAndTheReplyArrives() {
        try (Stoa stoa = serve(flooding(RouterOptions.usual()));
                RawPeer peer = openUnread(stoa)) {
            peer.send(call("WORK", "w", "x"));

            assertThat(peer.expect("$ws:rpc-progress").path("data").asString()).isEqualTo("before");
            for (int i = 0; i < MESSAGES; i++) {
                expectText(peer, "SAID", LARGE);
            }
            expectText(peer, "WORKED", "done");
        }
    }

    @Test
    @Row(70)
    void progressIsKeptIfTheRouterSaysSo() {
        try (Stoa stoa = serve(flooding(RouterOptions.usual().withDropProgressOnBackpressure(false)));
                RawPeer peer = openUnread(stoa)) {
            peer.send(call("WORK", "w", "x"));

            peer.expect("$ws:rpc-progress");
            for (int i = 0; i < MESSAGES; i++) {
                expectText(peer, "SAID", LARGE);
            }
            assertThat(peer.expect("$ws:rpc-progress").path("data").asString()).isEqualTo("while nobody reads");
            expectText(peer, "WORKED", "done");
        }
    }

    @Test
    void aSlowConsumerIsClosedWithoutAGapAndOthersNoticeNothing() {
        Router router = Chat.echoing(Router.create(RouterOptions.usual().withMaxBacklogBytes(1_000_000)))
                .onOpen(ctx -> ctx.topics().subscribe("lobby"))
                .onClose(ctx -> log.add(ctx.reason().code() + " " + ctx.reason().reason()));
        try (Stoa stoa = serve(router, new ManualTimers());
                RawPeer slow = openUnread(stoa);
                RawPeer good = Chat.open(stoa)) {
            expectNothingBefore(slow, "s");
            expectNothingBefore(good, "g");

            for (int i = 0; i < MESSAGES; i++) {
                router.publish("lobby", SAID, new Text(i + LARGE));
                expectText(good, "SAID", i + LARGE);
            }

            assertThat(log.await(1)).containsExactly("1013 SLOW_CONSUMER");
            expectNothingBefore(good, "still here");
            int next = 0;
            RawPeer.Frame frame = slow.nextFrame();
            for (; frame.opcode() == 1; frame = slow.nextFrame()) {
                assertThat(frame.text()).contains("\"text\":\"" + next++ + "x");
            }
            assertThat(frame.closeCode()).isEqualTo(1013);
            assertThat(next).isLessThan(MESSAGES);
        }
    }

    @Test
    void aHandlerThatFloodsAPeerIsBoundedFromItsOwnThreadToo() {
        Router router = Chat.echoing(Router.create(RouterOptions.usual().withMaxBacklogBytes(1_000_000)))
                .rpc(WORK, ctx -> {
                    for (int i = 0; i < MESSAGES; i++) {
                        ctx.send(SAID, new Text(i + LARGE));
                        log.add(ctx.session().backlogBytes() < 4_000_000 ? "bounded" : "unbounded");
                    }
                    log.add("end");
                });
        try (Stoa stoa = serve(router, new ManualTimers());
                RawPeer slow = openUnread(stoa)) {
            slow.send(call("WORK", "w", "x"));

            assertThat(log.await(MESSAGES + 1)).contains("bounded").doesNotContain("unbounded");
            List<String> texts = new ArrayList<>();
            RawPeer.Frame frame = slow.nextFrame();
            for (; frame.opcode() == 1; frame = slow.nextFrame()) {
                assertThat(frame.text()).contains("\"text\":\"" + texts.size() + "x");
                texts.add(frame.text().substring(0, 10));
            }
            assertThat(frame.closeCode()).isEqualTo(1013);
        }
    }
}
