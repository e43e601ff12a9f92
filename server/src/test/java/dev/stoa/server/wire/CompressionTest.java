package dev.stoa.server.wire;

import static dev.stoa.server.wire.Talk.HEARD;
import static dev.stoa.server.wire.Talk.SAY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.property.Chance;
import dev.stoa.property.Property;
import dev.stoa.server.router.Dispatch;
import dev.stoa.server.router.PublishOptions;
import dev.stoa.server.router.Router;
import dev.stoa.server.router.RouterOptions;
import dev.stoa.server.wire.Talk.Text;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `permessage-deflate` (RFC 7692): what is negotiated, and that compressed and plain peers hear the
/// same.
class CompressionTest {
    private static final String OFFER = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits";
    private static final String ANSWER = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
    private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};

    private static Router echo() {
        return Router.create().on(SAY, ctx -> ctx.send(HEARD, ctx.payload()));
    }

    private static Hall hall(Router router) {
        return Hall.of(router, settings -> settings.compression(true));
    }

    private static String say(String text) {
        return "{\"type\":\"SAY\",\"payload\":{\"text\":\"" + text + "\"}}";
    }

    /// A message as a peer would compress it.
    private static byte[] deflated(byte[] message) {
        Deflater deflater = new Deflater(9, true);
        deflater.setInput(message);
        byte[] out = new byte[message.length + 1000];
        int length = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
        deflater.end();
        return Arrays.copyOf(out, length - TAIL.length);
    }

    private static byte[] inflated(byte[] payload) {
        Inflater inflater = new Inflater(true);
        byte[] input = Arrays.copyOf(payload, payload.length + TAIL.length);
        System.arraycopy(TAIL, 0, input, payload.length, TAIL.length);
        inflater.setInput(input);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] chunk = new byte[4096];
        try {
            for (int made = inflater.inflate(chunk); made > 0; made = inflater.inflate(chunk)) {
                out.write(chunk, 0, made);
            }
        } catch (DataFormatException malformed) {
            throw new AssertionError("frame cannot be expanded", malformed);
        } finally {
            inflater.end();
        }
        return out.toByteArray();
    }

    /// A text frame's text, whether it came compressed or not.
    private static String text(RawPeer.Frame frame) {
        assertThat(frame.opcode()).isEqualTo(1);
        assertThat(frame.rsv()).isIn(0, 4);
        return frame.rsv() == 0 ? frame.text() : new String(inflated(frame.payload()), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "permessage-deflate | yes",
                "Permessage-Deflate; Client_Max_Window_Bits | yes",
                "permessage-deflate; client_max_window_bits=9 | yes",
                "permessage-deflate; client_max_window_bits=\"10\" | yes",
                "permessage-deflate; server_no_context_takeover; client_no_context_takeover | yes",
                "permessage-deflate; server_max_window_bits=15 | ; server_max_window_bits=15",
                "permessage-deflate; server_max_window_bits=\"15\"; client_max_window_bits | ; server_max_window_bits=15",
                "x-webkit-deflate-frame, permessage-deflate | yes",
                "permessage-deflate; server_max_window_bits=10, permessage-deflate | yes",
                "permessage-deflate; server_max_window_bits=10 | no",
                "permessage-deflate; server_max_window_bits | no",
                "permessage-deflate; server_max_window_bits=16 | no",
                "permessage-deflate; client_max_window_bits=7 | no",
                "permessage-deflate; client_max_window_bits=016 | no",
                "permessage-deflate; server_no_context_takeover=1 | no",
                "permessage-deflate; server_no_context_takeover; server_no_context_takeover | no",
                "permessage-deflate; unheard_of | no",
                "permessage-deflate; | no",
                "deflate-frame | no"
            })
    void anOfferIsAcceptedOnlyIfItCanBeKept(String offer, String accepted) {
        try (Hall hall = hall(echo())) {
            RawPeer peer = hall.peer("Sec-WebSocket-Extensions: " + offer);

            String more = accepted.startsWith(";") ? accepted : "";
            assertThat(peer.header("sec-websocket-extensions")).isEqualTo(accepted.equals("no") ? null : ANSWER + more);
            peer.send(say("a")).expect("HEARD");
        }
    }

    @Test
    void nothingIsAcceptedUnlessTheServerCompresses() {
        try (Hall hall = Hall.of(echo())) {
            assertThat(hall.peer(OFFER).header("sec-websocket-extensions")).isNull();
        }
    }

    @Test
    void compressedMessagesAreReadWholeInFragmentsAndEmpty() {
        try (Hall hall = hall(echo())) {
            RawPeer peer = hall.peer(OFFER);
            byte[] message = deflated(say("größer ".repeat(50)).getBytes(StandardCharsets.UTF_8));

            peer.sendFrame(0xC1, message);
            assertThat(text(peer.nextFrame())).contains("größer größer");

            peer.sendFrame(0x41, Arrays.copyOf(message, 7));
            peer.sendFrame(0x89, new byte[] {1});
            peer.sendFrame(0x80, Arrays.copyOfRange(message, 7, message.length));
            assertThat(peer.nextFrame().opcode()).isEqualTo(10);
            assertThat(text(peer.nextFrame())).contains("größer größer");

            peer.sendFrame(0xC1, new byte[] {0});
            assertThat(text(peer.nextFrame())).contains("Invalid JSON");
            peer.send(say("plain")).expect("HEARD");
        }
    }

    @Test
    void aMessageIsMeasuredAsItWasBeforeCompression() {
        Router router = Router.create(RouterOptions.usual().withMaxPayloadBytes(50_000));
        try (Hall hall = hall(router)) {
            RawPeer peer = hall.peer(OFFER);

            peer.sendFrame(0xC1, deflated(say("x".repeat(60_000)).getBytes(StandardCharsets.UTF_8)));

            assertThat(text(peer.nextFrame())).contains("RESOURCE_EXHAUSTED").contains("\"limit\":50000");
        }
    }

    @Test
    void aSmallFrameThatExpandsBeyondTheCeilingCloses() {
        Router router = Router.create(RouterOptions.usual().withMaxPayloadBytes(50_000));
        try (Hall hall = hall(router)) {
            RawPeer peer = hall.peer(OFFER);

            byte[] bomb = deflated(new byte[50_000_000]);
            assertThat(bomb.length).isLessThan(60_000);
            peer.sendFrame(0xC1, bomb);

            assertThat(peer.nextFrame().closeCode()).isEqualTo(1009);
            assertThat(peer.isCutOff()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0xFF, 0x07, 0x06})
    void whatCannotBeExpandedCloses(int first) {
        try (Hall hall = hall(echo())) {
            RawPeer peer = hall.peer(OFFER);

            peer.sendFrame(0xC1, new byte[] {(byte) first, 1, 2, 3, 4, 5});

            assertThat(peer.nextFrame().closeCode()).isEqualTo(1007);
            assertThat(peer.isCutOff()).isTrue();
            hall.peer(OFFER).send(say("a")).expect("HEARD");
        }
    }

    @Test
    void aCompressedBroadcastIsReadableByAnInflaterEachTimeAlone() {
        String text = "all of you ".repeat(500);
        Router router = Router.create()
                .onOpen(ctx -> ctx.topics().subscribe("room"))
                .on(SAY, ctx -> ctx.publish("room", HEARD, ctx.payload()));
        try (Hall hall = hall(router)) {
            RawPeer ada = hall.peer(OFFER);
            RawPeer bob = hall.peer(OFFER);
            RawPeer eve = hall.peer();
            List.of(ada, bob, eve).forEach(CompressionTest::awaitOpen);

            for (int round = 0; round < 2; round++) {
                eve.send(say(text));

                RawPeer.Frame plain = eve.nextFrame();
                RawPeer.Frame first = ada.nextFrame();
                RawPeer.Frame second = bob.nextFrame();
                assertThat(plain.rsv()).isZero();
                assertThat(first.rsv()).isEqualTo(4);
                assertThat(first.payload()).isEqualTo(second.payload());
                assertThat(first.payload().length).isLessThan(text.length() / 10);
                assertThat(inflated(first.payload())).isEqualTo(plain.payload());
            }
        }
    }

    /// An answer says that the open handlers have ended.
    private static void awaitOpen(RawPeer peer) {
        peer.send("{}");
        assertThat(peer.nextFrame().text()).contains("INVALID_ARGUMENT");
    }

    @Test
    void whatIsSmallOrDoesNotShrinkIsSentPlain() {
        try (Hall hall = hall(echo())) {
            RawPeer peer = hall.peer(OFFER);

            peer.send(say("x".repeat(100)));
            assertThat(peer.nextFrame().rsv()).isZero();

            StringBuilder noise = new StringBuilder();
            new java.util.Random(7).ints(8000, 0x4E00, 0x9FFF).forEach(noise::appendCodePoint);
            peer.send(say(noise.toString()));
            assertThat(text(peer.nextFrame())).contains(noise);
        }
    }

    /// One handler call publishes and sends in a random order; every listener, plain or compressed, must
    /// get exactly what is meant for it, in that order.
    @Test
    void plainAndCompressedListenersHearTheSameInOrderAndThePublisherOnlyWhatItWants() {
        Router router = Router.create().onOpen(ctx -> ctx.topics().subscribe("room"));
        router.route(SAY).dispatch(Dispatch.INLINE).on(ctx -> {
            for (String step : ctx.payload().text().split(",")) {
                String text = step + "-".repeat(step.length() % 3 == 0 ? 400 : 1);
                switch (step.charAt(0)) {
                    case 'p' -> ctx.publish("room", HEARD, new Text(text));
                    case 'x' ->
                        ctx.publish(
                                "room",
                                HEARD,
                                new Text(text),
                                PublishOptions.none().excludingSelf());
                    default -> ctx.send(HEARD, new Text(text));
                }
            }
        });
        try (Hall hall = Hall.of(router, settings -> settings.compression(true).loops(2))) {
            List<RawPeer> peers = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                RawPeer peer = i % 2 == 0 ? hall.peer(OFFER) : hall.peer();
                awaitOpen(peer);
                peers.add(peer);
            }
            Property.holds(100, chance -> check(peers, chance));
        }
    }

    private static void check(List<RawPeer> peers, Chance chance) {
        List<String> steps = new ArrayList<>();
        int count = chance.between(1, 12);
        for (int i = 0; i < count; i++) {
            steps.add(chance.oneOf(List.of("p", "x", "s")) + chance.between(1, 100_000));
        }
        RawPeer publisher = chance.oneOf(peers);

        publisher.send(say(String.join(",", steps)));

        for (RawPeer peer : peers) {
            for (String step : steps) {
                boolean meant = step.startsWith("p") || step.startsWith("x") == (peer != publisher);
                if (meant) {
                    assertThat(text(peer.nextFrame())).contains("\"" + step + "-");
                }
            }
        }
    }
}
