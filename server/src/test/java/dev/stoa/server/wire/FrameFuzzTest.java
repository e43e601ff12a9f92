package dev.stoa.server.wire;

import static dev.stoa.server.wire.Talk.ASK;
import static dev.stoa.server.wire.Talk.HEARD;
import static dev.stoa.server.wire.Talk.SAY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.property.Chance;
import dev.stoa.property.Property;
import dev.stoa.server.router.Router;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/// Streams of frames with bytes changed, lost and doubled: the server answers in proper frames, or
/// closes with a proper code, and forgets the connection.
class FrameFuzzTest {
    private static final int CASES = 500;
    private static final List<Integer> OPCODES = List.of(0, 1, 1, 1, 2, 8, 9, 10, 3, 15);
    private static final List<String> TEXTS = List.of(
            "{\"type\":\"SAY\",\"payload\":{\"text\":\"a\"}}",
            "{\"type\":\"ASK\",\"meta\":{\"correlationId\":\"1\"},\"payload\":{\"text\":\"a\"}}",
            "{\"type\":\"$ws:abort\",\"meta\":{\"correlationId\":\"1\"}}",
            "{\"type\":\"NOPE\"}",
            "{\"type\":\"SAY\",\"meta\":{\"clientId\":1},\"payload\":{\"text\":\"\\u00e9\"}}",
            "\u00e9",
            "");

    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();

    @Test
    void everyStreamEndsProperlyAndEverySessionIsForgotten() {
        Router router = Router.create()
                .onOpen(_ -> opened.incrementAndGet())
                .onClose(_ -> closed.incrementAndGet())
                .on(SAY, ctx -> ctx.send(HEARD, ctx.payload()))
                .rpc(ASK, ctx -> ctx.reply(ctx.payload()));
        try (Hall hall = Hall.of(router, settings -> settings.compression(true))) {
            Property.holds(CASES, chance -> {
                try (RawPeer peer = chance.onceIn(2)
                        ? RawPeer.open(hall.port(), "/ws")
                        : RawPeer.open(hall.port(), "/ws", "Sec-WebSocket-Extensions: permessage-deflate")) {
                    send(peer, stream(chance), chance);
                    readToTheEnd(peer);
                }
            });
            hall.peer().send(TEXTS.getFirst()).expect("HEARD");
            Awaitility.await().until(() -> hall.stoa().sessions().count() == 1 && closed.get() == opened.get() - 1);
        }
    }

    private static byte[] stream(Chance chance) {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (int i = chance.between(1, 6); i > 0; i--) {
            int first = (chance.onceIn(5) ? 0 : 0x80) | (chance.onceIn(12) ? 0x40 : 0) | chance.oneOf(OPCODES);
            frames.writeBytes(RawPeer.frame(first, chance.oneOf(TEXTS).getBytes(StandardCharsets.UTF_8)));
        }
        byte[] bytes = frames.toByteArray();
        for (int i = chance.between(0, 2); i > 0; i--) {
            bytes[chance.between(0, bytes.length - 1)] ^= (byte) (1 << chance.between(0, 7));
        }
        return bytes;
    }

    private static void send(RawPeer peer, byte[] bytes, Chance chance) throws IOException {
        try {
            int cut = chance.between(0, bytes.length);
            peer.socket().getOutputStream().write(bytes, 0, cut);
            peer.socket().getOutputStream().write(bytes, cut, bytes.length - cut);
            peer.socket().shutdownOutput();
        } catch (IOException closedBefore) {
            // the server may have closed for what came first: what it said is read all the same
        }
    }

    /// Reads until the server closes TCP; whatever comes before must be well-formed.
    private static void readToTheEnd(RawPeer peer) {
        for (RawPeer.Frame frame = peer.frameOrEnd(); frame != null; frame = peer.frameOrEnd()) {
            assertThat(frame.fin()).isTrue();
            assertThat(frame.rsv()).isZero();
            switch (frame.opcode()) {
                case 1 ->
                    assertThat(JsonMapper.shared()
                                    .readTree(frame.text())
                                    .get("type")
                                    .asString())
                            .isIn("HEARD", "ANSWER", "ERROR", "RPC_ERROR");
                case 8 -> assertThat(frame.closeCode()).isNotIn(1006, 1011, 1015);
                default -> assertThat(frame.opcode()).isEqualTo(10);
            }
        }
    }
}
