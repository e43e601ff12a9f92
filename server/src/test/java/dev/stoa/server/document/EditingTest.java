package dev.stoa.server.document;

import static dev.stoa.server.document.Painter.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.server.wire.RawPeer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Documents protocol, sections 3 to 6: edits, acks and broadcasts.
class EditingTest {
    private Studio studio;
    private Painter ada;
    private Painter bob;

    @BeforeEach
    void open() {
        studio = Studio.open();
        ada = studio.at("r", "ada");
        bob = studio.at("r", "bob");
        ada.hears("{'type':'clientCount','count':2}");
    }

    @AfterEach
    void close() {
        studio.close();
    }

    private JsonNode fresh() {
        return bob.diff(0);
    }

    @DocumentRow(9)
    @Test
    void counterRisesByOneForEachFrame() {
        ada.say("{'type':'patch','messageId':'C-1','documentPatches':[{'a':{'_exists':true}},{'b':{'_exists':true}}]}");
        ada.hears("{'type':'ack','messageId':'C-1','timestamp':1}");
        ada.say("{'type':'patch','messageId':'C-2','documentPatches':[{}]}");
        ada.hears("{'type':'ack','messageId':'C-2','timestamp':2}");
    }

    @DocumentRow(9)
    @Test
    void messageIdIsRepeatedAsItCame() {
        for (String id : List.of("1.50", "null", "{'a':[1,'\\ud800']}", "''", "true")) {
            ada.say("{'type':'patch','documentPatches':[{}],'messageId':" + id + "}");

            assertThat(ada.peer().nextFrame().text().replace('"', '\''))
                    .startsWith("{'type':'ack','messageId':" + id + ",");
        }
        ada.say("{'type':'patch','documentPatches':[{}]}");
        ada.hears("{'type':'ack','timestamp':6}");
    }

    @DocumentRow(10)
    @Test
    void ephemeralDataDoesNotMoveTheCounter() {
        ada.edit("[{'a':{'_exists':true}}]");
        bob.next();

        assertThat(ada.show("[{'u':{'_exists':true,'x':1}}]").path("timestamp").asInt())
                .isEqualTo(1);

        bob.hears("{'type':'patch','clientId':'ada','ephemeralPatches':[{'u':{'_exists':true,'x':1}}]}");
    }

    @DocumentRow(11)
    @Test
    void othersHearWhatWasSentAndTheSenderDoesNot() {
        Painter tab = studio.at("r", "ada");
        String lists =
                "'documentPatches':[{'a':{'_exists':true,'x':0.10000000149011612,'y':1e21,'s':'\\ud800é'}},{},{'a':{'x':2}}],"
                        + "'ephemeralPatches':[{'u':{'_exists':true}}]";

        ada.until("clientCount");
        ada.send(lists).next();

        bob.until("clientCount");
        assertThat(bob.peer().nextFrame().text().replace('"', '\''))
                .contains(lists.substring(0, lists.indexOf(",'ephemeral")))
                .contains(lists.substring(lists.indexOf("'ephemeral")))
                .contains("'timestamp':1")
                .contains("'clientId':'ada'");
        assertThat(tab.next().path("clientId").asString()).isEqualTo("ada");
        ada.hearsNothing();
    }

    @DocumentRow(12)
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'patch','messageId':'m'}",
                "{'type':'patch','messageId':'m','documentPatches':[]}",
                "{'type':'patch','messageId':'m','documentPatches':[],'ephemeralPatches':[]}",
                "{'type':'patch','messageId':'m','documentPatches':null}"
            })
    void emptyPatchesAreNotAcknowledged(String frame) {
        ada.say(frame);

        ada.hearsNothing();
        assertThat(ada.edit("[{}]").path("timestamp").asInt()).isEqualTo(1);
    }

    @DocumentRow(13)
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "1",
                "'text'",
                "[]",
                "{}",
                "{'type':'other'}",
                "{'type':1}",
                "{'type':null}",
                "null",
                "{'type':'patch'",
                "{'type':'patch','documentPatches':[{'a':{'_exists':true}}]}}",
                "{'type':'patch','documentPatches':[{'a':{'_exists':tru}}]}"
            })
    void junkIsPassedOver(String frame) {
        ada.say(frame);

        ada.hearsNothing();
        assertThat(ada.edit("[{}]").path("timestamp").asInt()).isEqualTo(1);
    }

    @DocumentRow(49)
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'patch','documentPatches':[null]}",
                "{'type':'patch','documentPatches':[{'a':null}]}",
                "{'type':'patch','documentPatches':{}}",
                "{'type':'patch','documentPatches':[{'b':{'_exists':true}}],'ephemeralPatches':[1]}",
                "{'type':'reconnect','protocolVersion':2,'documentPatches':[{'b':{'_exists':true}},{'a':[]}]}",
                "{'type':'patch','documentPatches':[{'b':{'_exists':true}},{'a':{'_exists':true,'x':{'__buf':1,'len':1e9,'runs':[]}}}]}",
                "{'type':'patch','documentPatches':[{'a':{'x':{'__buf':1}}}]}"
            })
    void malformedPatchesCloseTheirSenderAndNobodyElse(String frame) {
        ada.say(frame);

        assertThat(ada.closedWith(1008).closeReason()).startsWith("patches: ");
        bob.hears("{'type':'clientCount','count':1}");
        assertThat(bob.edit("[{'c':{'_exists':true}}]").path("timestamp").asInt())
                .isEqualTo(1);
        assertThat(fresh()).isEqualTo(json("{'c':{'_exists':true}}"));
    }

    @DocumentRow(49)
    @Test
    void bytesThatAreNotUtf8AreJunkAndReachNobody() {
        byte[] frame = "{\"type\":\"patch\",\"documentPatches\":[{\"a\":{\"_exists\":true,\"x\":\"?\"}}]}"
                .getBytes(StandardCharsets.ISO_8859_1);
        frame[new String(frame, StandardCharsets.ISO_8859_1).indexOf('?')] = (byte) 0xFF;
        ada.peer().sendFrame(1, true, frame);

        ada.hearsNothing();
        bob.hearsNothing();
        assertThat(fresh()).isEmpty();
    }

    @Test
    void binaryMessagesAreReadAsText() {
        ada.peer().sendBinary("{\"type\":\"patch\",\"documentPatches\":[{}]}".getBytes(StandardCharsets.UTF_8));

        ada.hears("{'type':'ack','timestamp':1}");
    }

    @DocumentRow(14)
    @Test
    void differentFieldsOfTwoWritersAreBothKept() {
        ada.edit("[{'e':{'_exists':true,'x':0,'y':0}}]");
        bob.next();
        ada.edit("[{'e':{'x':1}}]");
        bob.next();
        bob.edit("[{'e':{'y':2}}]");

        assertThat(fresh()).isEqualTo(json("{'e':{'_exists':true,'x':1,'y':2}}"));
    }

    @DocumentRow(17)
    @Test
    void deletionBeatsAChangeInEitherOrder() {
        ada.edit("[{'e':{'_exists':true,'x':0},'f':{'_exists':true,'x':0}}]");
        bob.next();

        ada.edit("[{'e':{'_exists':false}}]");
        bob.next();
        bob.edit("[{'e':{'x':1}}]");
        bob.edit("[{'f':{'x':1}}]");
        ada.next();
        ada.edit("[{'f':{'_exists':false}}]");
        bob.next();

        assertThat(fresh()).isEqualTo(json("{'e':{'_exists':false},'f':{'_exists':false}}"));
    }

    @DocumentRow(18)
    @Test
    void changeOfADeletedRecordIsAcknowledgedAndDroppedAndToldToNobody() {
        ada.edit("[{'e':{'_exists':false}}]");
        bob.next();

        assertThat(ada.edit("[{'e':{'x':1},'f':{'x':1}}]").path("timestamp").asInt())
                .isEqualTo(2);

        bob.hearsNothing();
        assertThat(fresh()).isEqualTo(json("{'e':{'_exists':false}}"));
    }

    @DocumentRow(18)
    @Test
    void whatIsDroppedIsLeftOutOfTheBroadcast() {
        ada.edit("[{'gone':{'x':1},'e':{'_exists':true}},{'gone':{'x':2}}]");

        bob.hears("{'type':'patch','clientId':'ada','documentPatches':[{'e':{'_exists':true}}],'timestamp':1}");
    }

    @DocumentRow(19)
    @Test
    void fullAddRevivesWithoutOldFieldsAndMergesOnLivingOnes() {
        ada.edit("[{'e':{'_exists':true,'x':1},'f':{'_exists':true,'x':1}}]");
        ada.edit("[{'e':{'_exists':false}}]");
        ada.edit("[{'e':{'_exists':true,'y':2},'f':{'_exists':true,'y':2}}]");
        bob.next();
        bob.next();
        bob.next();

        assertThat(fresh()).isEqualTo(json("{'e':{'_exists':true,'y':2},'f':{'_exists':true,'x':1,'y':2}}"));
    }

    @DocumentRow(20)
    @Test
    void arrayDeltasArePassedOnAndApplied() {
        ada.edit("[{'e':{'_exists':true,'a':[1,2,3]}}]");
        bob.next();
        String delta = "[{'e':{'a':{'__buf':1,'len':6,'runs':[[2,[9]],[5,[7,8]]]}}}]";

        ada.edit(delta);

        bob.hears("{'type':'patch','clientId':'ada','documentPatches':" + delta + ",'timestamp':2}");
        assertThat(fresh()).isEqualTo(json("{'e':{'_exists':true,'a':[1,2,9,0,0,7]}}"));
    }

    /// Rows 15 and 16: three writers at once, and everybody sees one order.
    @DocumentRow({15, 16})
    @Test
    void allSocketsSeeOneOrderAndTheLastToArriveWins() throws Exception {
        int each = 120;
        List<Painter> writers = List.of(ada, bob, studio.at("r", "cy"));
        ada.until("clientCount");
        bob.until("clientCount");
        ada.edit("[{'e':{'_exists':true}}]");
        bob.next();
        writers.get(2).next();
        List<List<JsonNode>> heard = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<JsonNode>>> running = new ArrayList<>();
            for (int w = 0; w < 3; w++) {
                Painter writer = writers.get(w);
                String name = "w" + w;
                Callable<List<JsonNode>> work = () -> {
                    for (int i = 0; i < each; i++) {
                        writer.send("'documentPatches':[{'e':{'x':'" + name + "-" + i + "'}}]");
                    }
                    List<JsonNode> frames = new ArrayList<>();
                    while (frames.size() < 3 * each) {
                        frames.add(writer.next());
                    }
                    return frames;
                };
                running.add(threads.submit(work));
            }
            for (Future<List<JsonNode>> one : running) {
                heard.add(one.get());
            }
        }

        for (List<JsonNode> frames : heard) {
            assertThat(frames)
                    .extracting(frame -> frame.path("timestamp").asInt())
                    .containsExactlyElementsOf(
                            IntStream.rangeClosed(2, 3 * each + 1).boxed().toList());
            List<String> acks = frames.stream()
                    .filter(frame -> frame.path("type").asString().equals("ack"))
                    .map(frame -> frame.path("messageId").asString())
                    .toList();
            assertThat(acks)
                    .hasSize(each)
                    .isSortedAccordingTo(Comparator.comparing(id -> Integer.parseInt(id.substring(1))));
        }
        JsonNode last = heard.getFirst().getLast().path("type").asString().equals("ack")
                ? heard.get(1).getLast()
                : heard.getFirst().getLast();
        assertThat(fresh().path("e").path("x"))
                .isEqualTo(last.path("documentPatches").path(0).path("e").path("x"));
    }

    @DocumentRow(51)
    @Test
    void everythingIsSaidInTextFrames() {
        ada.send("'documentPatches':[{'e':{'_exists':true}}],'ephemeralPatches':[{'u':{'_exists':true}}]");
        ada.reconnect(0);
        List<RawPeer.Frame> frames = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            frames.add(ada.peer().nextFrame());
        }
        frames.add(bob.peer().nextFrame());

        assertThat(frames).allMatch(frame -> frame.opcode() == 1 && frame.fin());
    }

    @DocumentRow(50)
    @Test
    void bigDocumentsGoInAndOut() {
        String big = "x".repeat(4 * 1024 * 1024);
        assertThat(ada.edit("[{'e':{'_exists':true,'x':'" + big + "'}}]")
                        .path("timestamp")
                        .asInt())
                .isEqualTo(1);

        bob.next();
        assertThat(fresh().path("e").path("x").asString()).isEqualTo(big);
    }

    @Test
    void limitsAreNamedWithTheirValues() {
        ada.say("{'type':'patch','documentPatches':[{'" + "k".repeat(2000) + "':{'_exists':true}}]}");

        assertThat(ada.closedWith(1008).closeReason()).isEqualTo("patches: a key of 2000 bytes exceeds 1024");
        bob.hears("{'type':'clientCount','count':1}");
        assertThat(fresh()).isEmpty();
    }

    @Test
    void hostileKeysAndValuesAreKeptAsTheyAre() {
        String record = "{'_exists':true,'__proto__':{'x':1},'':null,'\\ud800':'\\udfff','n':1e400}";
        ada.edit("[{'__proto__':" + record + ",'\\ud83d':{'_exists':true},'':{'_exists':true}}]");
        bob.peer().nextFrame();

        bob.reconnect(0);

        assertThat(bob.peer().nextFrame().text().replace('"', '\''))
                .contains("'__proto__':" + record)
                .contains("'\\ud83d':{'_exists':true}")
                .contains("'':{'_exists':true}");
    }
}
