package dev.stoa.server.document;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.server.document.lww.LwwLimits;
import dev.stoa.server.store.MemoryStore;
import dev.stoa.server.wire.ManualTimers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Peers that have vanished, and peers that do not read.
class LivenessTest {
    private static final DocumentsOptions OPTIONS = DocumentsOptions.named("boards");

    @DocumentRow(53)
    @Test
    void peersThatDoNotAnswerPingsAreCountedNoMore() {
        ManualTimers clock = new ManualTimers();
        try (Studio studio = Studio.open(
                OPTIONS,
                endpoint -> endpoint,
                settings -> settings.store(new MemoryStore()).timers(clock))) {
            Painter ada = studio.at("r", "ada");
            Painter bob = studio.at("r", "bob");
            ada.until("clientCount");
            bob.show("[{'u':{'_exists':true}}]");
            ada.next();

            clock.advance(Duration.ofSeconds(30));
            // The ping comes before the ack, and is answered on the way to it.
            ada.edit("[{}]");
            clock.advance(Duration.ofSeconds(5));

            ada.hears("{'type':'patch','clientId':'bob','ephemeralPatches':[{'u':{'_exists':false}}]}");
            ada.hears("{'type':'clientCount','count':1}");
        }
    }

    @DocumentRow(54)
    @Test
    void peerThatDoesNotReadIsClosedAndHarmsNobody() {
        DocumentsOptions small = OPTIONS.withLimits(LwwLimits.usual().withMaxDocumentBytes(200_000));
        try (Studio studio = Studio.open(
                small,
                endpoint -> endpoint.withMaxMessageBytes(100_000),
                settings -> settings.store(new MemoryStore()))) {
            Painter ada = studio.at("r", "ada");
            Painter deaf = studio.knock(Studio.target("r", "deaf", "rw"), 4096);
            ada.until("clientCount");
            String text = "x".repeat(60_000);

            List<JsonNode> heard = List.of();
            for (int i = 0; i < 2000 && heard.size() < 2; i++) {
                heard = ada.send("'documentPatches':[{'e':{'_exists':true,'t':'" + text + i + "'}}]")
                        .until("ack");
            }

            assertThat(heard.getFirst()).isEqualTo(Painter.json("{'type':'clientCount','count':1}"));
            assertThat(studio.document("r").sessions()).hasSize(1);
            deaf.closedWith(1013);
        }
    }
}
