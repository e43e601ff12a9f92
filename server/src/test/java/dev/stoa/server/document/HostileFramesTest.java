package dev.stoa.server.document;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.property.Chance;
import dev.stoa.property.Property;
import dev.stoa.server.document.lww.LwwDocument;
import dev.stoa.server.document.lww.LwwLimits;
import dev.stoa.server.wire.RawPeer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Messages with bytes changed, lost, doubled and replaced by whatever hurts elsewhere: their sender is
/// answered in proper frames or closed with 1008, others work on, and what is kept is a document.
/// `stoa.documents.fuzz` says how many cases (default 150).
class HostileFramesTest {
    private static final int CASES = Integer.getInteger("stoa.documents.fuzz", 150);

    private static final LwwLimits TIGHT = new LwwLimits(64 * 1024, 200, 64, 20, 1000, 50, 2048);

    private static final JsonMapper STRICT = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(1000)
                            .build())
                    .build())
            .build();

    private static final List<String> GOOD = List.of(
            "{'type':'reconnect','lastTimestamp':0,'protocolVersion':2}",
            "{'type':'reconnect','lastTimestamp':3,'protocolVersion':2,'documentPatches':[{'e/s':{'x':5}}],"
                    + "'ephemeralPatches':[{'u/c':{'_exists':true,'x':3}}]}",
            "{'type':'patch','messageId':'C-1','documentPatches':[{'e/s':{'_exists':true,'_version':null,'x':1.5}}]}",
            "{'type':'patch','messageId':'C-2','documentPatches':[{'e/s':{'x':1}},{'f/s':{'_exists':false}}],"
                    + "'ephemeralPatches':[{'u/c':{'x':4}}]}",
            "{'type':'patch','messageId':['o',{'dd':1}],'documentPatches':[{'e/s':{'_exists':true,"
                    + "'p':{'__buf':1,'len':6,'runs':[[2,[9]],[5,[7,8]]]}}}]}",
            "{'type':'patch','documentPatches':[{'g/s':{'_exists':true,'t':'\\ud83d\\ude00é','o':{'a':[1,{'b':null}]}}}]}",
            "{'type':'patch','ephemeralPatches':[{'u/c':{'_exists':true,'p':{'__buf':1,'len':2,'runs':[]}}}]}",
            "{'type':'auth-refresh','token':'rw'}");

    /// Pieces that replace or follow something in a message.
    private static final List<String> PIECES = List.of(
            "null",
            "{}",
            "[]",
            "[[]]",
            "true",
            "'\\ud800'",
            "'\\udc00\\ud800'",
            "'\\u0000'",
            "\u0000",
            "\ufeff",
            "1e300",
            "1e999",
            "-1e999",
            "1e-400",
            "-0",
            "-1",
            "NaN",
            "Infinity",
            "9007199254740993",
            "1.7976931348623157e308",
            "0x10",
            "01",
            "1.",
            "123456789012345678901234567890",
            "{'__buf':1,'len':1e9,'runs':[]}",
            "{'__buf':1,'len':-1,'runs':[]}",
            "{'__buf':1,'len':2.5,'runs':[[0,[1]]]}",
            "{'__buf':1,'len':3,'runs':[[-5,[1,2]],[1e300,[1]]]}",
            "{'__buf':1,'len':3,'runs':[[0,['x',null,{}]]]}",
            "{'__buf':1,'len':3,'runs':{'a':1}}",
            "{'__buf':1e0,'len':3,'runs':[[0]]}",
            "{'__buf':1,'__buf':2}",
            "'_exists':false,",
            "'_exists':null,",
            "'__proto__':{'x':1},",
            "'lastTimestamp':1e300,",
            "'lastTimestamp':-1,",
            "'lastTimestamp':NaN,",
            "'lastTimestamp':'1',",
            "'documentPatches':[{'':{'_exists':true,'':1}}],",
            ",",
            "}",
            "]",
            "'");

    private static final List<String> LARGE = List.of(
            "[".repeat(5000),
            "[".repeat(120) + "]".repeat(120),
            "{'a':".repeat(300) + "1" + "}".repeat(300),
            "'" + "k".repeat(2000) + "'",
            "'k" + "é".repeat(40) + "':{'_exists':true},",
            "'" + "\\u0000".repeat(400) + "'");

    @TempDir
    Path data;

    private Studio open() {
        return Studio.open(
                DocumentsOptions.named("boards").withLimits(TIGHT).replyingToReaders(),
                endpoint -> endpoint.withMaxMessageBytes(64 * 1024),
                settings -> settings.data(data));
    }

    @DocumentRow(49)
    @Test
    void whateverIsSentOthersWorkOnAndTheDocumentIsUnharmed() throws Exception {
        JsonNode before;
        try (Studio studio = open()) {
            Painter ada = studio.at("r", "ada");
            Painter bob = studio.at("r", "bob");
            Counter counter = new Counter(ada, bob);
            Property.holds(CASES, chance -> {
                try (RawPeer mallory = RawPeer.open(
                        studio.stoa().port(), Studio.target("r", "mallory", chance.onceIn(5) ? "ro" : "rw"))) {
                    List<byte[]> sent = new ArrayList<>();
                    for (int i = chance.between(1, 5); i > 0; i--) {
                        sent.add(mutant(chance));
                    }
                    hasAProperEnd(mallory, sent, chance);
                }
                counter.goesOn();
            });
            before = tree(studio.document("r").snapshot().utf8());
            assertThat(tree(LwwDocument.ofSnapshot(
                                    studio.document("r").snapshot().utf8(), LwwLimits.none())
                            .snapshot()))
                    .isEqualTo(before);
        }
        try (Studio studio = open()) {
            assertThat(tree(studio.document("r").snapshot().utf8())).isEqualTo(before);
        }
    }

    /// Two good clients beside the bad one. Each step: one edits, and is answered; the other hears of it.
    private static final class Counter {
        private final Painter writer;
        private final Painter listener;
        private int number = 100_000;
        private long timestamp;

        Counter(Painter writer, Painter listener) {
            this.writer = writer;
            this.listener = listener;
            edits("'_exists':true,");
        }

        void goesOn() {
            number++;
            edits("");
        }

        private void edits(String more) {
            writer.say("{'type':'patch','messageId':" + number + ",'documentPatches':[{'own':{" + more + "'n':" + number
                    + "}}]}");
            JsonNode ack = writer.next();
            while (!ack.path("type").asString().equals("ack")) {
                ack = writer.next();
            }
            assertThat(ack.path("messageId").asInt()).isEqualTo(number);
            assertThat(ack.path("timestamp").asLong()).isGreaterThan(timestamp);
            timestamp = ack.path("timestamp").asLong();
            JsonNode heard = listener.next();
            while (!heard.path("clientId").asString("").equals("ada")) {
                heard = listener.next();
            }
            assertThat(heard.path("timestamp").asLong()).isEqualTo(timestamp);
            assertThat(heard.at("/documentPatches/0/own/n").asInt()).isEqualTo(number);
        }
    }

    private static byte[] mutant(Chance chance) {
        byte[] message = bytes(chance.oneOf(GOOD));
        for (int i = chance.between(0, 3); i > 0; i--) {
            int at = chance.between(0, message.length);
            int to = Math.min(message.length, at + chance.between(0, 6));
            message = switch (chance.between(0, 5)) {
                case 0 -> spliced(message, at, to, new byte[0]);
                case 1 -> spliced(message, at, at, Arrays.copyOfRange(message, at, to));
                case 2 -> spliced(message, at, to, new byte[] {(byte) chance.any()});
                case 3 -> afterAColon(message, bytes(chance.oneOf(PIECES)), chance);
                case 4 -> afterAColon(message, bytes(chance.oneOf(chance.onceIn(3) ? LARGE : PIECES)), chance);
                default -> spliced(message, at, at, bytes(chance.oneOf(PIECES)));
            };
        }
        return message;
    }

    /// Puts a piece in the place of a short value, or in front of a longer one.
    private static byte[] afterAColon(byte[] message, byte[] piece, Chance chance) {
        int at = chance.between(0, message.length);
        while (at < message.length && message[at] != ':') {
            at++;
        }
        int from = Math.min(message.length, at + 1);
        int to = from;
        while (to < message.length && ",}]{[:".indexOf(message[to]) < 0) {
            to++;
        }
        return spliced(message, from, to, piece);
    }

    private static byte[] spliced(byte[] message, int from, int to, byte[] piece) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(message, 0, from);
        out.writeBytes(piece);
        out.write(message, to, message.length - to);
        return out.toByteArray();
    }

    private static byte[] bytes(String apostrophes) {
        return apostrophes.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    /// It is answered in JSON until it is told that its version is wrong, or closed for a reason of its own.
    private static void hasAProperEnd(RawPeer mallory, List<byte[]> sent, Chance chance) {
        try {
            sent.forEach(message -> mallory.sendFrame(chance.onceIn(4) ? 2 : 1, true, message));
            mallory.tell("{'type':'reconnect','protocolVersion':0}");
        } catch (AssertionError closedBefore) {
            // the server may have closed for what came first: what it said is read all the same
        }
        for (RawPeer.Frame frame = mallory.frameOrEnd(); frame != null; frame = mallory.frameOrEnd()) {
            if (frame.opcode() == 8) {
                assertThat(frame.closeCode()).as(frame.closeReason()).isEqualTo(1008);
                return;
            }
            assertThat(frame.opcode()).isEqualTo(1);
            if (tree(frame.payload()).path("type").asString().equals("version-mismatch")) {
                return;
            }
        }
    }

    private static JsonNode tree(byte[] json) {
        return STRICT.readTree(json);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/documents?roomId=%00&clientId=c&token=t",
                "/documents?roomId=r%0Ax&clientId=c&token=t",
                "/documents?roomId=%ED%A0%80&clientId=c&token=t",
                "/documents?roomId=%FF%FE&clientId=%FF&token=%FF",
                "/documents?roomId=%zz&clientId=%&token=t",
                "/documents?roomId=..%2F..%2Fetc&clientId=%00&token=%00",
                "/documents?roomId=r&clientId=%ED%A0%80&token=t",
            })
    void hostileIdsGetInOrAreToldWhyNotAndOthersWorkOn(String target) {
        try (Studio studio = open()) {
            Counter counter = new Counter(studio.at("r", "ada"), studio.at("r", "bob"));

            Painter mallory = studio.knock(target);
            if (mallory.peer().status() == 101) {
                RawPeer.Frame first = mallory.peer().nextFrame();
                assertThat(first.opcode() == 8 ? first.closeCode() : 1008).isEqualTo(1008);
                assertThat(first.opcode() == 8 || tree(first.payload()).has("count"))
                        .isTrue();
            } else {
                assertThat(mallory.peer().status()).isEqualTo(400);
            }

            counter.goesOn();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"roomId=%s&clientId=c", "roomId=r&clientId=%s"})
    void idsOfTwoThousandCharactersAreRefused(String ids) {
        try (Studio studio = open()) {
            String target = "/documents?" + ids.formatted("x".repeat(2000)) + "&token=t";

            assertThat(studio.knock(target).closedWith(1008).closeReason()).contains("2000");
        }
    }
}
