package dev.stoa.server.document;

import static dev.stoa.server.document.Painter.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.RawJson;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The application takes part in its documents.
class BackendTest {
    private Studio studio;
    private Painter ada;
    private DocumentRoom room;

    @BeforeEach
    void open() {
        studio = Studio.open();
        ada = studio.at("r", "ada");
        room = studio.document("r");
    }

    @AfterEach
    void close() {
        studio.close();
    }

    @Test
    void whatItWritesIsToldToEverybody() {
        assertThat(room.write("backend", RawJson.parse("{\"e\":{\"_exists\":true,\"x\":1}}")))
                .isEqualTo(1);

        ada.hears(
                "{'type':'patch','clientId':'backend','documentPatches':[{'e':{'_exists':true,'x':1}}],'timestamp':1}");
    }

    @Test
    void itAddsReadsAndDeletesRecords() {
        room.add("backend", "e", Map.of("x", 1));

        assertThat(room.get("e").orElseThrow().tree()).isEqualTo(json("{'_exists':true,'x':1}"));
        assertThat(room.delete("backend", "e")).isEqualTo(2);
        assertThat(room.get("e")).isEmpty();
        assertThat(room.get("never")).isEmpty();
    }

    @Test
    void itReadsTheWholeDocument() {
        ada.edit("[{'e':{'_exists':true,'x':1.0}}]");

        assertThat(room.snapshot())
                .hasToString("{\"timestamp\":1,\"state\":{\"e\":{\"_exists\":true,\"x\":1.0}},"
                        + "\"timestamps\":{\"e\":{\"_exists\":1,\"x\":1}}}");
    }

    @Test
    void whatIsNoPatchIsRefused() {
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> room.write("backend", RawJson.parse("{\"e\":1}")))
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo("INVALID_ARGUMENT"));
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> room.restore(RawJson.parse("{}")))
                .withMessageContaining("it needs timestamp, state and timestamps");
        assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> studio.document(""));
    }

    @Test
    void closingADocumentClosesItsSocketsAndKeepsIt() {
        ada.edit("[{'e':{'_exists':true}}]");

        room.close();

        ada.closedWith(1001);
        assertThat(room.sessions()).isEmpty();
        assertThat(studio.at("r", "ada").diff(0)).isEqualTo(json("{'e':{'_exists':true}}"));
    }

    @Test
    void itKnowsWhichDocumentsAreInMemory() {
        assertThat(studio.documents().activeIds()).containsExactly("r");
        assertThat(studio.documents().findActive("r")).isPresent();
        assertThat(studio.documents().findActive("other")).isEmpty();
        assertThat(studio.documents().active()).isEqualTo(1);
    }

    @Test
    void documentsThatNoServerRunsSaySo() {
        Documents alone = Documents.create("alone");

        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> alone.document("r").snapshot())
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo("UNAVAILABLE"));
        assertThatIllegalStateException().isThrownBy(alone::active).withMessageContaining("Stoa.builder().documents");
    }
}
