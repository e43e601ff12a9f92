package dev.stoa.server.wire;

import static dev.stoa.server.wire.Talk.HEARD;
import static dev.stoa.server.wire.Talk.SAY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.server.router.Router;
import dev.stoa.server.router.RouterOptions;
import dev.stoa.server.session.CloseReason;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What happens to peers that break the frame protocol (RFC 6455, sections 5 and 7).
class FrameViolationsTest {
    private static final byte[] HELLO = {0x11, 0x22, 0x33, 0x44, 'x' ^ 0x11};

    private final BlockingQueue<CloseReason> closed = new LinkedBlockingQueue<>();

    private Hall hall() {
        return Hall.of(Router.create()
                .on(SAY, ctx -> ctx.send(HEARD, ctx.payload()))
                .onClose(ctx -> closed.add(ctx.reason())));
    }

    /// Hexadecimal bytes, sent as they are.
    private static byte[] bytes(String hex) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String pair : hex.split(" ")) {
            out.write(Integer.parseInt(pair, 16));
        }
        return out.toByteArray();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "81 01 78                      | 1002 | Frame is not masked",
                "A1 81 11 22 33 44 69          | 1002 | Reserved bits are set",
                "91 81 11 22 33 44 69          | 1002 | Reserved bits are set",
                "C1 81 11 22 33 44 69          | 1002 | Reserved bits are set",
                "C9 80 11 22 33 44             | 1002 | Reserved bits are set",
                "83 81 11 22 33 44 69          | 1002 | Unknown opcode 3",
                "87 80 11 22 33 44             | 1002 | Unknown opcode 7",
                "8B 80 11 22 33 44             | 1002 | Unknown opcode 11",
                "8F 80 11 22 33 44             | 1002 | Unknown opcode 15",
                "09 80 11 22 33 44             | 1002 | Control frame is fragmented or longer than 125 bytes",
                "89 FE 00 7E 11 22 33 44       | 1002 | Control frame is fragmented or longer than 125 bytes",
                "80 81 11 22 33 44 69          | 1002 | Fragments out of order",
                "01 81 11 22 33 44 69 81 81 11 22 33 44 69 | 1002 | Fragments out of order",
                "88 81 11 22 33 44 12          | 1002 | Close frame with code 0",
                "88 83 00 00 00 00 03 E8 FF    | 1007 | Close reason is not UTF-8",
                "81 FF 80 00 00 00 00 00 00 01 11 22 33 44 | 1009 | Message exceeds 2065536 bytes",
                "81 FF 00 00 00 00 00 1F 84 81 11 22 33 44 | 1009 | Message exceeds 2065536 bytes"
            })
    void aViolationClosesWithItsCodeAndEndsTcp(String hex, int code, String reason) throws InterruptedException {
        try (Hall hall = hall()) {
            RawPeer peer = hall.peer();

            peer.sendRaw(bytes(hex.strip()));

            RawPeer.Frame close = peer.nextFrame();
            assertThat(close.opcode()).isEqualTo(8);
            assertThat(close.closeCode()).isEqualTo(code);
            assertThat(close.closeReason()).isEqualTo(reason);
            assertThat(peer.isCutOff()).isTrue();
            assertThat(closed.poll(10, TimeUnit.SECONDS)).isEqualTo(new CloseReason(code, reason));
            peer.close();
            assertThat(closed).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535})
    void closeCodesThatNobodyMaySendAreAViolation(int code) {
        try (Hall hall = hall()) {
            RawPeer peer = hall.peer();

            peer.sendFrame(8, true, new byte[] {(byte) (code >> 8), (byte) code});

            assertThat(peer.nextFrame().closeCode()).isEqualTo(1002);
            assertThat(peer.isCutOff()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001, 1003, 1007, 1011, 1014, 3000, 4000, 4999})
    void aPeersCloseCodeIsEchoedAndToldToCloseHandlers(int code) throws InterruptedException {
        try (Hall hall = hall()) {
            RawPeer peer = hall.peer();

            peer.sendFrame(8, true, new byte[] {(byte) (code >> 8), (byte) code, 'b', 'y', 'e'});

            RawPeer.Frame close = peer.nextFrame();
            assertThat(close.opcode()).isEqualTo(8);
            assertThat(close.payload()).containsExactly(code >> 8, code);
            assertThat(peer.isCutOff()).isTrue();
            assertThat(closed.poll(10, TimeUnit.SECONDS)).isEqualTo(new CloseReason(code, "bye"));
        }
    }

    @Test
    void aCloseWithoutCodeIsAnsweredWithoutCode() throws InterruptedException {
        try (Hall hall = hall()) {
            RawPeer peer = hall.peer();

            peer.sendFrame(8, true, new byte[0]);

            assertThat(peer.nextFrame().payload()).isEmpty();
            assertThat(peer.isCutOff()).isTrue();
            assertThat(closed.poll(10, TimeUnit.SECONDS)).isEqualTo(CloseReason.NO_CODE);
        }
    }

    @Test
    void whatFollowsACloseFrameIsNotHandled() {
        try (Hall hall = hall()) {
            RawPeer peer = hall.peer();
            ByteArrayOutputStream burst = new ByteArrayOutputStream();
            burst.writeBytes(RawPeer.frame(0x88, new byte[] {3, (byte) 0xE8}));
            burst.writeBytes(RawPeer.frame(0x81, "{\"type\":\"SAY\",\"payload\":{\"text\":\"x\"}}".getBytes()));

            peer.sendRaw(burst.toByteArray());

            assertThat(peer.nextFrame().opcode()).isEqualTo(8);
            assertThat(peer.isCutOff()).isTrue();
        }
    }

    @Test
    void whatCameBeforeAViolationIsHandledAndWhatFollowsIsNot() {
        try (Hall hall = hall()) {
            RawPeer peer = hall.peer();
            byte[] say = RawPeer.frame(0x81, "{\"type\":\"$ws:nope\"}".getBytes());
            ByteArrayOutputStream burst = new ByteArrayOutputStream();
            burst.writeBytes(say);
            burst.writeBytes(RawPeer.frame(0x89, new byte[] {1}));
            burst.writeBytes(bytes("83 80 11 22 33 44"));
            burst.writeBytes(RawPeer.frame(0x89, new byte[] {2}));

            peer.sendRaw(burst.toByteArray());

            assertThat(peer.nextFrame().payload()).containsExactly(1);
            assertThat(peer.nextFrame().closeCode()).isEqualTo(1002);
            assertThat(peer.isCutOff()).isTrue();
        }
    }

    @Test
    void aPingIsAnsweredWithItsPayloadAndAnUnaskedPongWithNothing() {
        try (Hall hall = hall()) {
            RawPeer peer = hall.peer();
            byte[] payload = new byte[125];
            payload[124] = 9;

            peer.sendFrame(10, true, new byte[] {1}).sendFrame(9, true, payload).sendFrame(9, true, new byte[0]);

            assertThat(peer.nextFrame().payload()).isEqualTo(payload);
            RawPeer.Frame second = peer.nextFrame();
            assertThat(second.opcode()).isEqualTo(10);
            assertThat(second.payload()).isEmpty();
        }
    }

    @Test
    void framesArrivingByteByByteAreReadAll() {
        try (Hall hall = hall()) {
            RawPeer peer = hall.peer();
            byte[] frame = RawPeer.frame(0x81, "{\"type\":\"SAY\",\"payload\":{\"text\":\"slowly\"}}".getBytes());

            for (byte b : frame) {
                peer.sendRaw(new byte[] {b});
            }

            assertThat(peer.expect("HEARD").at("/payload/text").asString()).isEqualTo("slowly");
        }
    }

    @Test
    void fragmentsBeyondTheCeilingCloseWith1009() {
        Router router = Router.create(RouterOptions.usual().withMaxPayloadBytes(1000));
        try (Hall hall = Hall.of(router)) {
            RawPeer peer = hall.peer();
            peer.sendFrame(1, false, new byte[60_000]);

            peer.sendFrame(0, false, new byte[7537]);

            RawPeer.Frame close = peer.nextFrame();
            assertThat(close.closeCode()).isEqualTo(1009);
            assertThat(close.closeReason()).isEqualTo("Message exceeds 67536 bytes");
            assertThat(peer.isCutOff()).isTrue();
        }
    }

    @Test
    void aPeerThatSendsOnAfterAViolationStillReadsTheCloseFrame() {
        try (Hall hall = hall()) {
            RawPeer peer = hall.peer();
            peer.sendRaw(bytes("81 FF 00 00 00 00 10 00 00 00 11 22 33 44"));
            peer.sendRaw(HELLO);

            RawPeer.Frame close = peer.nextFrame();

            assertThat(close.closeCode()).isEqualTo(1009);
            assertThat(peer.isCutOff()).isTrue();
        }
    }
}
