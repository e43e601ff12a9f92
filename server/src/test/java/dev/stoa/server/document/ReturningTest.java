package dev.stoa.server.document;

import static dev.stoa.server.document.Painter.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.protocol.RawJson;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Documents protocol, section 7: coming back.
class ReturningTest {
    private Studio studio;
    private Painter ada;

    @BeforeEach
    void open() {
        studio = Studio.open();
        ada = studio.at("r", "ada");
    }

    @AfterEach
    void close() {
        studio.close();
    }

    private void threeEdits() {
        ada.edit("[{'a':{'_exists':true,'x':1,'y':1},'b':{'_exists':true}}]");
        ada.edit("[{'a':{'y':2}}]");
        ada.edit("[{'b':{'_exists':false}}]");
    }

    @DocumentRow({21, 22})
    @Test
    void answerHoldsTheFieldsThatAreNewerThanTheCursor() {
        threeEdits();

        assertThat(ada.diff(0)).isEqualTo(json("{'a':{'_exists':true,'x':1,'y':2},'b':{'_exists':false}}"));
        assertThat(ada.diff(1)).isEqualTo(json("{'a':{'y':2},'b':{'_exists':false}}"));
        assertThat(ada.diff(2)).isEqualTo(json("{'b':{'_exists':false}}"));
        assertThat(ada.diff(3)).isEmpty();
    }

    @DocumentRow(23)
    @Test
    void answerOfAnEmptyRoomIsSyncedAndNothingElse() {
        ada.reconnect(0).hears("{'type':'synced','timestamp':0}");
        ada.hearsNothing();
    }

    @DocumentRow(23)
    @Test
    void syncedIsTheLastFrameOfEachAnswer() {
        threeEdits();

        ada.reconnect(2);

        ada.hears("{'type':'patch','clientId':'','documentPatches':[{'b':{'_exists':false}}],'timestamp':3}");
        ada.hears("{'type':'synced','timestamp':3}");
        ada.hearsNothing();
    }

    @DocumentRow(24)
    @Test
    void editsOfWhoComesBackAreAnsweredToldAndNotAcknowledged() {
        Painter bob = studio.at("r", "bob");
        ada.until("clientCount");
        bob.edit("[{'e':{'_exists':true,'x':0,'y':0}}]");
        ada.next();

        ada.say("{'type':'reconnect','lastTimestamp':1,'protocolVersion':2,'documentPatches':[{'e':{'x':5}}]}");

        ada.hears("{'type':'patch','clientId':'','documentPatches':[{'e':{'x':5}}],'timestamp':2}");
        ada.hears("{'type':'synced','timestamp':2}");
        ada.hearsNothing();
        bob.hears("{'type':'patch','clientId':'ada','documentPatches':[{'e':{'x':5}}],'timestamp':2}");
    }

    @DocumentRow(28)
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",'protocolVersion':1",
                ",'protocolVersion':'2'",
                ",'protocolVersion':null",
                ",'protocolVersion':2.5"
            })
    void otherVersionsAreToldSoAndNothingOfTheirsIsApplied(String version) {
        ada.say("{'type':'reconnect','lastTimestamp':0,'documentPatches':[{'e':{'_exists':true}}]" + version + "}");

        ada.hears("{'type':'version-mismatch','serverProtocolVersion':2}");
        ada.hearsNothing();
        assertThat(ada.diff(0)).isEmpty();
        assertThat(ada.edit("[{}]").path("timestamp").asInt()).isEqualTo(1);
    }

    @DocumentRow(29)
    @Test
    void writerWhoHasSeenMoreIsAskedForItFromWhereTheServerStood() {
        threeEdits();

        ada.say(
                "{'type':'reconnect','lastTimestamp':9,'protocolVersion':2,'documentPatches':[{'c':{'_exists':true}}]}");

        ada.hears("{'type':'resync','since':3}");
        ada.hears("{'type':'synced','timestamp':4}");
        ada.hearsNothing();
        assertThat(ada.answer(4)).hasSize(1);
        assertThat(ada.answer(5)).first().isEqualTo(json("{'type':'resync','since':4}"));
    }

    @DocumentRow(29)
    @ParameterizedTest
    @ValueSource(strings = {"null", "'5'", "-3", "{}"})
    void cursorsThatAreNoneCountAsZero(String cursor) {
        threeEdits();

        ada.say("{'type':'reconnect','protocolVersion':2,'lastTimestamp':" + cursor + "}");

        assertThat(ada.until("synced").getFirst().path("documentPatches").path(0))
                .isEqualTo(ada.diff(0));
    }

    @DocumentRow(30)
    @Test
    void whatWasRolledBackComesBackWithWhoSawIt() {
        threeEdits();
        RawJson old = RawJson.parse("{\"timestamp\":1,\"state\":{\"a\":{\"_exists\":true,\"x\":1,\"y\":1}},"
                + "\"timestamps\":{\"a\":{\"_exists\":1,\"x\":1,\"y\":1}}}");

        assertThat(studio.document("r").restore(old)).isEqualTo(1);

        ada.closedWith(1012);
        Painter back = studio.at("r", "ada");
        List<JsonNode> answer = back.answer(3);
        assertThat(answer).extracting(frame -> frame.path("type").asString()).containsExactly("resync", "synced");
        assertThat(answer.getFirst().path("since").asInt()).isEqualTo(1);
        back.edit("[{'a':{'y':2},'b':{'_exists':false}}]");
        assertThat(back.diff(0)).isEqualTo(json("{'a':{'_exists':true,'x':1,'y':2},'b':{'_exists':false}}"));
    }

    @Test
    void whoComesBackManyTimesIsAnsweredEachTimeInOrder() {
        threeEdits();

        for (int i = 0; i < 200; i++) {
            ada.reconnect(3);
            ada.send("'documentPatches':[{}]");
        }

        for (int i = 0; i < 200; i++) {
            ada.hears("{'type':'synced','timestamp':" + (i + 3) + "}");
            assertThat(ada.next().path("timestamp").asInt()).isEqualTo(i + 4);
        }
    }
}
