package dev.stoa.server.wire;

import static dev.stoa.server.wire.Talk.ASK;
import static dev.stoa.server.wire.Talk.HEARD;
import static dev.stoa.server.wire.Talk.KNOCK;
import static dev.stoa.server.wire.Talk.KNOCKED;
import static dev.stoa.server.wire.Talk.SAY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.protocol.MessageType;
import dev.stoa.server.router.Router;
import dev.stoa.server.router.SendOptions;
import dev.stoa.server.wire.Talk.Text;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// What a message looks like on the wire, and in which frames it may come (router protocol, sections 1.6
/// and 2).
class EnvelopeTest {
    record Length(int chars) {}

    private static final MessageType<Length> LENGTH = MessageType.of("LENGTH", Length.class);

    private static Router echo() {
        return Router.create()
                .on(SAY, ctx -> ctx.send(HEARD, ctx.payload()))
                .on(KNOCK, ctx -> ctx.send(KNOCKED))
                .rpc(ASK, ctx -> ctx.reply(ctx.payload()));
    }

    @Test
    @Row(7)
    void anEventComesBackWithTypeMetaAndPayloadOnly() {
        try (Hall hall = Hall.of(echo())) {
            RawPeer peer = hall.peer();

            JsonNode heard = peer.tell("{'type':'SAY','meta':{'timestamp':1795189536758},'payload':{'text':'a'}}")
                    .expect("HEARD");

            assertThat(heard.propertyNames()).containsExactly("type", "meta", "payload");
            assertThat(heard.get("meta").propertyNames()).containsExactly("timestamp");
            assertThat(heard.at("/meta/timestamp").isIntegralNumber()).isTrue();
            assertThat(heard.get("payload").toString()).isEqualTo("{\"text\":\"a\"}");
        }
    }

    @Test
    @Row(7)
    void theTimestampIsTheServersClock() {
        ManualTimers timers = new ManualTimers();
        try (Hall hall = Hall.of(echo(), settings -> settings.timers(timers))) {
            RawPeer peer = hall.peer();

            JsonNode heard = peer.tell("{'type':'SAY','meta':{'timestamp':1},'payload':{'text':'a'}}")
                    .expect("HEARD");

            assertThat(heard.at("/meta/timestamp").asLong()).isEqualTo(timers.millis());
        }
    }

    @Test
    @Row(7)
    void metaThatTheApplicationAddsFollowsTheTimestampWithoutReservedKeys() {
        record Place(String room) {}
        MessageType<Text> placed = MessageType.of("PLACED", Text.class).withMeta(Place.class);
        Map<String, Object> meta = Map.of(
                "room", "r1", "clientId", "forged", "receivedAt", 1, "type", "X", "correlationId", "c", "timestamp", 5);
        Router router = Router.create()
                .on(
                        KNOCK,
                        ctx -> ctx.send(
                                placed, new Text("x"), SendOptions.none().withMeta(meta)));
        try (Hall hall = Hall.of(router)) {
            JsonNode frame = hall.peer().tell("{'type':'KNOCK'}").expect("PLACED");

            assertThat(frame.get("meta").toString()).isEqualTo("{\"timestamp\":5,\"room\":\"r1\"}");
        }
    }

    @Test
    @Row(8)
    void aMessageWithoutPayloadHasNoPayloadKey() {
        try (Hall hall = Hall.of(echo())) {
            JsonNode frame = hall.peer().tell("{'type':'KNOCK'}").expect("KNOCKED");

            assertThat(frame.propertyNames()).containsExactly("type", "meta");
        }
    }

    @Test
    @Row(13)
    void aBinaryFrameIsTextAndIsAnsweredWithText() {
        try (Hall hall = Hall.of(echo())) {
            RawPeer peer = hall.peer();
            peer.sendBinary("{\"type\":\"SAY\",\"payload\":{\"text\":\"grüß\"}}".getBytes(StandardCharsets.UTF_8));

            RawPeer.Frame frame = peer.nextFrame();

            assertThat(frame.opcode()).isEqualTo(1);
            assertThat(frame.fin()).isTrue();
            assertThat(frame.text()).contains("\"payload\":{\"text\":\"grüß\"}");
        }
    }

    @Test
    @Row(13)
    void aBinaryFrameThatIsNotUtf8IsInvalidJson() {
        try (Hall hall = Hall.of(echo())) {
            RawPeer peer = hall.peer();
            peer.sendBinary(new byte[] {'{', '"', (byte) 0xFF, '"', '}'});

            assertThat(peer.expectError("ERROR", "INVALID_ARGUMENT")
                            .get("message")
                            .asString())
                    .isEqualTo("Invalid JSON");
        }
    }

    @Test
    @Row(14)
    void aFragmentedMessageIsJoinedAroundControlFrames() {
        try (Hall hall = Hall.of(echo())) {
            RawPeer peer = hall.peer();
            byte[] message = "{\"type\":\"SAY\",\"payload\":{\"text\":\"größer\"}}".getBytes(StandardCharsets.UTF_8);
            int inUmlaut = new String(message, StandardCharsets.ISO_8859_1).indexOf('\u00C3') + 1;

            peer.sendFrame(1, false, Arrays.copyOfRange(message, 0, 5));
            peer.sendFrame(0, false, new byte[0]);
            peer.sendFrame(0, false, Arrays.copyOfRange(message, 5, inUmlaut));
            peer.sendFrame(9, true, new byte[] {7});
            peer.sendFrame(0, true, Arrays.copyOfRange(message, inUmlaut, message.length));

            RawPeer.Frame pong = peer.nextFrame();
            assertThat(pong.opcode()).isEqualTo(10);
            assertThat(pong.payload()).containsExactly(7);
            assertThat(peer.expect("HEARD").at("/payload/text").asString()).isEqualTo("größer");
        }
    }

    @Test
    @Row(14)
    void aMessageOf900KilobytesIsHandledInOneFrameAndInMany() {
        Router router = Router.create()
                .on(SAY, ctx -> ctx.send(LENGTH, new Length(ctx.payload().text().length())));
        try (Hall hall = Hall.of(router)) {
            RawPeer peer = hall.peer();
            byte[] message = ("{\"type\":\"SAY\",\"payload\":{\"text\":\"" + "x".repeat(900_000) + "\"}}")
                    .getBytes(StandardCharsets.UTF_8);

            peer.sendFrame(1, true, message);
            assertThat(peer.expect("LENGTH").at("/payload/chars").asInt()).isEqualTo(900_000);

            Random random = new Random(14);
            int from = 0;
            while (from < message.length) {
                int to = Math.min(message.length, from + 1 + random.nextInt(70_000));
                peer.sendFrame(from == 0 ? 1 : 0, to == message.length, Arrays.copyOfRange(message, from, to));
                from = to;
            }
            assertThat(peer.expect("LENGTH").at("/payload/chars").asInt()).isEqualTo(900_000);
        }
    }

    @Test
    void lengthsAroundTheHeaderFormsSurviveTheRoundTrip() {
        try (Hall hall = Hall.of(echo())) {
            RawPeer peer = hall.peer();
            int overhead = "{\"type\":\"SAY\",\"payload\":{\"text\":\"\"}}".length();
            for (int size : new int[] {125, 126, 127, 65_534, 65_535, 65_536, 65_537}) {
                String text = "y".repeat(size - overhead);

                peer.tell("{'type':'SAY','payload':{'text':'" + text + "'}}");

                assertThat(peer.expect("HEARD").at("/payload/text").asString()).isEqualTo(text);
            }
        }
    }

    @Test
    void keysMayComeInAnyOrderAndSpacing() {
        try (Hall hall = Hall.of(echo())) {
            RawPeer peer = hall.peer();

            peer.tell(" { 'payload' : {\n'text':'a' } ,\t'meta':{ } , 'type' : 'SAY' } ");

            assertThat(peer.expect("HEARD").at("/payload/text").asString()).isEqualTo("a");
        }
    }
}
