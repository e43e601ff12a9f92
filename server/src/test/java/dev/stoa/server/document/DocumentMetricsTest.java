package dev.stoa.server.document;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.protocol.RawJson;
import dev.stoa.server.Stoa;
import dev.stoa.server.store.MemoryStore;
import dev.stoa.server.wire.RawPeer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What the figures of documents tell.
class DocumentMetricsTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private double figure(String name) {
        return registry.get("stoa.documents" + name)
                .tag("instance", "boards")
                .meter()
                .measure()
                .iterator()
                .next()
                .getValue();
    }

    @Test
    void figuresTellWhatHappened() {
        Documents documents = Documents.create("boards").withStorage(new InMemorySnapshots());
        try (Stoa stoa = Stoa.builder()
                .port(0)
                .metrics(registry)
                .store(new MemoryStore())
                .documents(documents, Studio::judge)
                .start()) {
            Painter ada = new Painter(RawPeer.open(stoa.port(), Studio.target("r", "ada", "rw")));
            ada.until("clientCount");
            ada.edit("[{'e':{'_exists':true}}]");
            ada.edit("[{'e':{'_exists':false},'f':{'x':1}}]");
            ada.show("[{'u':{'_exists':true}}]");
            ada.answer(99);
            ada.hearsNothing();
            documents.document("r").write("backend", RawJson.parse("{}"));
            documents.document("r").flush();
            Painter rob = new Painter(RawPeer.open(stoa.port(), Studio.target("r", "rob", "ro")));
            rob.until("clientCount");
            rob.edit("[{'e':{'_exists':true}}]");

            try (DocumentSubscription _ = documents.document("r").subscribe(0, _ -> {})) {
                assertThat(figure(".subscriptions")).isEqualTo(1);
            }
            assertThat(figure(".subscriptions")).isZero();
            assertThat(figure("")).isEqualTo(1);
            assertThat(figure(".sessions")).isEqualTo(2);
            rob.say("{'type':'patch','documentPatches':[null]}").closedWith(1008);

            assertThat(figure(".edits")).isEqualTo(3);
            assertThat(figure(".edits.dropped")).isEqualTo(1);
            assertThat(figure(".edits.readonly")).isEqualTo(1);
            assertThat(figure(".ephemeral")).isEqualTo(1);
            assertThat(figure(".resyncs")).isEqualTo(1);
            assertThat(figure(".mismatches")).isEqualTo(1);
            assertThat(figure(".refused")).isEqualTo(1);
            assertThat(figure(".saves")).isEqualTo(1);
            assertThat(figure(".saves.failed")).isZero();
            assertThat(figure(".hooks.missed")).isZero();
            ada.cut();
        }
    }

    @Test
    void savesThatFailAreCounted() {
        DocumentStorage broken = new DocumentStorage() {
            @Override
            public Optional<byte[]> load(String documentId) {
                return Optional.empty();
            }

            @Override
            public void save(String documentId, byte[] snapshot) throws IOException {
                throw new IOException("full");
            }
        };
        Documents documents = Documents.create("boards").withStorage(broken);
        try (Stoa _ = Stoa.builder()
                .port(0)
                .metrics(registry)
                .store(new MemoryStore())
                .documents(documents, Studio::judge)
                .start()) {
            documents.document("r").write("backend", RawJson.parse("{}"));
        }

        assertThat(figure(".saves.failed")).isEqualTo(1);
    }
}
