package dev.stoa.server.wire;

import static dev.stoa.server.wire.Chat.SAID;
import static dev.stoa.server.wire.Chat.SAY;
import static dev.stoa.server.wire.Chat.WORK;
import static dev.stoa.server.wire.Chat.abort;
import static dev.stoa.server.wire.Chat.await;
import static dev.stoa.server.wire.Chat.call;
import static dev.stoa.server.wire.Chat.event;
import static dev.stoa.server.wire.Chat.expectNothingBefore;
import static dev.stoa.server.wire.Chat.expectText;
import static dev.stoa.server.wire.Chat.open;
import static dev.stoa.server.wire.Chat.serve;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.server.Stoa;
import dev.stoa.server.router.AuthHandler;
import dev.stoa.server.router.AuthVerdict;
import dev.stoa.server.router.CloseException;
import dev.stoa.server.router.Router;
import dev.stoa.server.router.RouterObserver;
import dev.stoa.server.session.CloseReason;
import dev.stoa.server.session.DataKey;
import dev.stoa.server.session.Session;
import dev.stoa.server.wire.Chat.Text;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LifecycleTest {
    private static final DataKey<String> NAME = DataKey.of("name", String.class);

    private final Log log = new Log();

    private Router logging() {
        return Chat.echoing(Router.create())
                .on(SAY, ctx -> log.add("say " + ctx.payload().text()));
    }

    private void expectRefusal(AuthHandler handler, String reason) {
        log.clear();
        Router router = logging().onAuth(handler).onAuth(_ -> {
            log.add("second handler");
            return AuthVerdict.ALLOWED;
        });
        try (Stoa stoa = serve(router);
                RawPeer peer = open(stoa)) {
            peer.send(event("SAY", "hi"));

            RawPeer.Frame first = peer.nextFrame();

            assertThat(first.opcode()).isEqualTo(8);
            assertThat(first.closeCode()).isEqualTo(1008);
            assertThat(first.closeReason()).isEqualTo(reason);
        }
        assertThat(log.entries()).isEmpty();
    }

    @Test
    @Row(46)
    void aRefusedConnectionIsClosedWithoutAFrameAndItsMessageIsNotHandled() {
        expectRefusal(_ -> AuthVerdict.of(false), "PERMISSION_DENIED");
        expectRefusal(_ -> AuthVerdict.UNAUTHENTICATED, "UNAUTHENTICATED");
        expectRefusal(
                _ -> {
                    throw new IllegalStateException("broken");
                },
                "PERMISSION_DENIED");
        expectRefusal(_ -> null, "PERMISSION_DENIED");
    }

    @Test
    @Row({46, 47})
    void messagesWaitForTheAuthHandlersWhichRunOnceForEachConnection() {
        CountDownLatch decided = new CountDownLatch(1);
        Router router = logging().onAuth(ctx -> {
            log.add("auth " + ctx.type());
            await(decided);
            return AuthVerdict.ALLOWED;
        });
        try (Stoa stoa = serve(router);
                RawPeer peer = open(stoa)) {
            peer.send(abort("x"));
            for (int i = 0; i < 50; i++) {
                peer.send(event("SAY", "" + i));
            }
            assertThat(log.await(1)).containsExactly("auth SAY");

            decided.countDown();

            List<String> said = log.await(51);
            assertThat(said.subList(1, 51))
                    .containsExactlyElementsOf(
                            IntStream.range(0, 50).mapToObj(i -> "say " + i).toList());
            expectNothingBefore(peer, "a");
            assertThat(log.entries()).hasSize(51);
        }
    }

    @Test
    @Row(47)
    void messagesSentWithTheHandshakeWaitForTheOpenHandlers() {
        CountDownLatch opened = new CountDownLatch(1);
        Router router = logging().onOpen(ctx -> {
            log.add("open");
            await(opened);
            log.add("opened");
        });
        try (Stoa stoa = serve(router);
                RawPeer peer = RawPeer.connect(stoa.port())) {
            StringBuilder request = new StringBuilder("GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
                    + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
            for (int i = 0; i < 20; i++) {
                byte[] frame = RawPeer.frame(0x81, event("SAY", "" + i).getBytes(StandardCharsets.UTF_8));
                request.append(new String(frame, StandardCharsets.ISO_8859_1));
            }
            peer.sendRaw(request.toString().getBytes(StandardCharsets.ISO_8859_1))
                    .readAnswer();
            assertThat(log.await(1)).containsExactly("open");

            opened.countDown();

            List<String> all = log.await(22);
            assertThat(all.get(1)).isEqualTo("opened");
            assertThat(all.subList(2, 22))
                    .containsExactlyElementsOf(
                            IntStream.range(0, 20).mapToObj(i -> "say " + i).toList());
        }
    }

    @Test
    void anOpenHandlerMaySendSubscribePublishAndRemember() {
        Router router = Chat.echoing(Router.create())
                .onOpen(ctx -> {
                    ctx.data().assign(Map.of(NAME, "ada"));
                    ctx.send(SAID, new Text("welcome"));
                    ctx.topics().subscribe("lobby");
                    ctx.publish("lobby", SAID, new Text("somebody came"));
                })
                .on(SAY, ctx -> ctx.send(SAID, new Text(String.valueOf(ctx.getData(NAME)))));
        try (Stoa stoa = serve(router);
                RawPeer peer = open(stoa)) {
            expectText(peer, "SAID", "welcome");
            expectText(peer, "SAID", "somebody came");
            peer.send(event("SAY", "who am I"));
            expectText(peer, "SAID", "ada");
        }
    }

    @Test
    @Row(48)
    void aCloseExceptionClosesWithItsCodeAndIsNoError() {
        Router router = logging()
                .onError((_, _) -> {
                    log.add("error");
                    return true;
                })
                .onOpen(_ -> {
                    throw new CloseException(4401, "sign in first");
                })
                .onOpen(_ -> log.add("second open"))
                .onClose(ctx -> log.add("close " + ctx.reason().code()));
        router.observe(new RouterObserver() {
            @Override
            public void onConnectionOpen(Session session) {
                log.add("observed open");
            }
        });
        try (Stoa stoa = serve(router);
                RawPeer peer = open(stoa)) {
            assertThat(peer.expectClose(4401).closeReason()).isEqualTo("sign in first");
            assertThat(log.await(1)).containsExactly("close 4401");
        }
    }

    @Test
    @Row(48)
    void anOpenHandlerThatThrowsClosesWith1011AndIsReported() {
        Router router = logging()
                .onError((error, ctx) -> {
                    log.add("error " + error.code() + " " + error.getCause().getMessage() + " " + ctx);
                    return true;
                })
                .onOpen(_ -> {
                    throw new IllegalStateException("secret");
                })
                .onClose(ctx -> log.add("close " + ctx.reason().code()));
        try (Stoa stoa = serve(router);
                RawPeer peer = open(stoa)) {
            peer.send(event("SAY", "never handled"));
            assertThat(peer.expectClose(1011).closeReason()).isEqualTo("Internal error");
            assertThat(log.await(2)).containsExactly("error INTERNAL secret null", "close 1011");
        }
    }

    @Test
    @Row(49)
    void everyCloseHandlerSeesCodeAndReasonEvenIfOneThrows() {
        Router router = logging()
                .onOpen(ctx -> ctx.topics().subscribe("lobby"))
                .onClose(ctx -> {
                    log.add("first " + ctx.reason().code() + " " + ctx.reason().reason());
                    throw new IllegalStateException("broken");
                })
                .onClose(ctx -> log.add("second " + ctx.topics()))
                .onError((error, _) -> {
                    log.add("error " + error.getCause().getMessage());
                    return true;
                });
        try (Stoa stoa = serve(router);
                RawPeer peer = open(stoa)) {
            expectNothingBefore(peer, "open");
            byte[] close = "..bye".getBytes(StandardCharsets.UTF_8);
            close[0] = 3001 >> 8;
            close[1] = (byte) 3001;

            peer.sendFrame(8, true, close);

            assertThat(log.await(3)).containsExactly("first 3001 bye", "error broken", "second [lobby]");
            assertThat(peer.nextFrame().closeCode()).isEqualTo(3001);
            assertThat(peer.isCutOff()).isTrue();
        }
    }

    @Test
    @Row(49)
    void withoutACodeTheReasonIs1005AndWithoutACloseFrame1006() {
        Router router = logging().onClose(ctx -> log.add("" + ctx.reason().code()));
        try (Stoa stoa = serve(router)) {
            try (RawPeer peer = open(stoa)) {
                peer.sendFrame(8, true, new byte[0]);
                log.await(1);
            }
            open(stoa).close();

            assertThat(log.await(2)).containsExactly("1005", "1006");
        }
    }

    @Test
    void whenAConnectionEndsCallsThenHandlersThenObserversAreTold() {
        CountDownLatch release = new CountDownLatch(1);
        Router router = Chat.echoing(Router.create())
                .onOpen(ctx -> ctx.topics().subscribe("lobby"))
                .rpc(WORK, ctx -> {
                    ctx.onCancel(() -> log.add("cancel"));
                    log.add("started");
                    await(release);
                })
                .onClose(ctx -> log.add("close, lobby still reaches "
                        + ctx.publish("lobby", SAID, new Text("left")).matched().getAsInt()));
        router.observe(new RouterObserver() {
            @Override
            public void onConnectionClose(Session session, CloseReason reason) {
                log.add("observed " + reason.code());
            }
        });
        try (Stoa stoa = serve(router);
                RawPeer staying = open(stoa);
                RawPeer leaving = open(stoa)) {
            expectNothingBefore(staying, "open");
            leaving.send(call("WORK", "w", "x"));
            log.await(1);

            leaving.close();

            assertThat(log.await(4))
                    .containsExactly("started", "cancel", "close, lobby still reaches 1", "observed 1006");
            expectText(staying, "SAID", "left");
            release.countDown();
        }
    }

    @Test
    void aPeerThatLeavesDuringTheOpenHandlersIsTakenLeaveOfAfterThem() {
        CountDownLatch release = new CountDownLatch(1);
        Router router = logging()
                .onOpen(ctx -> {
                    ctx.topics().subscribe("lobby");
                    log.add("open");
                    await(release);
                    log.add("opened");
                })
                .onClose(_ -> log.add("close"));
        try (Stoa stoa = serve(router)) {
            RawPeer peer = open(stoa);
            log.await(1);
            peer.close();
            org.awaitility.Awaitility.await().until(() -> stoa.sessions().count() == 0);

            release.countDown();

            assertThat(log.await(3)).containsExactly("open", "opened", "close");
            assertThat(stoa.topics().count()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001, 1008, 1009, 1011, 4000, 4401})
    @Row(50)
    void afterEveryCloseCodeThePeerMayComeBack(int code) {
        Router router = Chat.echoing(Router.create())
                .on(
                        SAY,
                        ctx -> ctx.session()
                                .close(Integer.parseInt(ctx.payload().text()), "because"));
        try (Stoa stoa = serve(router)) {
            for (int i = 0; i < 3; i++) {
                try (RawPeer peer = open(stoa)) {
                    expectNothingBefore(peer, "here I am");
                    peer.send(event("SAY", "" + code));
                    assertThat(peer.expectClose(code).closeReason()).isEqualTo("because");
                    assertThat(peer.isCutOff()).isTrue();
                }
            }
        }
    }
}
