package dev.stoa.server.document;

import static dev.stoa.server.document.Painter.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.protocol.RawJson;
import dev.stoa.server.entity.EntitySettings;
import dev.stoa.server.store.EntityId;
import dev.stoa.server.store.MemoryStore;
import dev.stoa.server.store.Scan;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What is acknowledged is kept: over hibernation, over a stop, over a store that fails.
class KeepingTest {
    private static final DocumentsOptions OPTIONS = DocumentsOptions.named("boards");

    @TempDir
    Path data;

    private Studio onDisk() {
        return Studio.open(OPTIONS, endpoint -> endpoint, settings -> settings.data(data));
    }

    private static void awaitAsleep(Studio studio) {
        Awaitility.await()
                .pollInSameThread()
                .atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> studio.documents().active() == 0);
    }

    @DocumentRow(41)
    @Test
    void documentThatNobodyIsAtIsForgottenAndComesBackTheSame() {
        try (Studio studio = Studio.open(OPTIONS.withIdleTimeout(Duration.ofMillis(1)))) {
            Painter ada = studio.at("r", "ada");
            ada.edit("[{'a':{'_exists':true,'x':1},'b':{'_exists':true}}]");
            ada.edit("[{'b':{'_exists':false},'a':{'y':2}}]");
            JsonNode diff = ada.diff(1);
            JsonNode whole = studio.document("r").snapshot().tree();

            ada.leave();
            awaitAsleep(studio);

            Painter back = studio.at("r", "ada");
            assertThat(back.diff(1)).isEqualTo(diff).isEqualTo(json("{'b':{'_exists':false},'a':{'y':2}}"));
            assertThat(studio.document("r").snapshot().tree()).isEqualTo(whole);
            assertThat(back.edit("[{}]").path("timestamp").asInt()).isEqualTo(3);
        }
    }

    @Test
    void nothingIsLeftOfSocketsThatHaveGone() {
        try (Studio studio = Studio.open()) {
            Painter ada = studio.at("r", "ada");
            Painter bob = studio.at("r", "bob");
            assertThat(studio.documents().connections()).isEqualTo(2);

            ada.leave();
            bob.cut();

            Awaitility.await().atMost(Duration.ofSeconds(10)).until(studio.documents()::hasNoSockets);
            assertThat(studio.document("r").sessions()).isEmpty();
        }
    }

    @DocumentRow({46, 48})
    @Test
    void whatWasAcknowledgedIsThereAfterAStop() {
        try (Studio studio = onDisk()) {
            Painter ada = studio.at("r", "ada");
            ada.edit("[{'e':{'_exists':true,'x':0.1}}]");
        }

        try (Studio studio = onDisk()) {
            Painter ada = studio.at("r", "ada");
            assertThat(ada.diff(0)).isEqualTo(json("{'e':{'_exists':true,'x':0.1}}"));
        }
    }

    @DocumentRow(46)
    @Test
    void stoppingServerClosesForAWhile() {
        Studio studio = onDisk();
        Painter ada = studio.at("r", "ada");
        Thread stopping = Thread.ofVirtual().start(studio.stoa()::close);

        ada.closedWith(1012);
        assertThat(stopping).satisfies(Thread::join);
        studio.close();
    }

    @Test
    void longLogsAreTrimmedBehindCheckpointsAndNothingIsLost() {
        MemoryStore store = new MemoryStore();
        JsonNode whole;
        EntitySettings often = EntitySettings.usual().withCheckpointEvery(10);
        Studio studio = Studio.open(
                OPTIONS.withKeptEdits(5).withIdleTimeout(Duration.ofMillis(1)),
                endpoint -> endpoint,
                settings -> settings.store(store).entities(often));
        try (studio) {
            Painter ada = studio.at("r", "ada");
            String filler = "x".repeat(20_000);
            ada.edit("[{'deleted':{'_exists':false}}]");
            for (int i = 0; i < 120; i++) {
                ada.edit("[{'e" + i % 3 + "':{'_exists':true,'f':'" + filler + "','i':" + i + "}}]");
            }
            whole = studio.document("r").snapshot().tree();
            ada.leave();
            awaitAsleep(studio);
            long log = store.header(new EntityId("document:boards", "r"))
                    .orElseThrow()
                    .log();
            assertThat(store.read(log, Scan.ascending(1, 1000, 1000)).getFirst().offset())
                    .isGreaterThan(10);

            assertThat(studio.document("r").snapshot().tree()).isEqualTo(whole);
        }
    }

    @Test
    void editsThatTheStoreLosesAreAcknowledgedToNobodyAndSeenByNobody() {
        FailingStore store = new FailingStore(new MemoryStore());
        try (Studio studio = Studio.open(OPTIONS, endpoint -> endpoint, settings -> settings.store(store))) {
            Painter ada = studio.at("r", "ada");
            Painter bob = studio.at("r", "bob");
            ada.until("clientCount");
            ada.edit("[{'e':{'_exists':true,'x':1}}]");
            bob.next();
            ada.show("[{'u':{'_exists':true}}]");
            bob.next();

            store.failing(true);
            ada.send("'documentPatches':[{'e':{'x':2}}]");
            ada.closedWith(1012);
            store.failing(false);

            bob.hears("{'type':'patch','clientId':'ada','ephemeralPatches':[{'u':{'_exists':false}}]}");
            bob.hears("{'type':'clientCount','count':1}");
            assertThat(bob.diff(0)).isEqualTo(json("{'e':{'_exists':true,'x':1}}"));
            Painter again = studio.at("r", "ada");
            bob.hears("{'type':'clientCount','count':2}");
            again.say("{'type':'reconnect','lastTimestamp':1,'protocolVersion':2,'documentPatches':[{'e':{'x':2}}]}");
            again.hears("{'type':'patch','clientId':'','documentPatches':[{'e':{'x':2}}],'timestamp':2}");
        }
    }

    @Test
    void restoredSnapshotIsKept() {
        try (Studio studio = onDisk()) {
            RawJson snapshot = RawJson.parse(
                    "{\"timestamp\":7,\"state\":{\"a\":{\"_exists\":false},\"b\":{\"_exists\":true,\"x\":1.50}},"
                            + "\"timestamps\":{\"a\":{\"_exists\":3},\"b\":{\"_exists\":2,\"x\":7}}}");
            assertThat(studio.document("r").restore(snapshot)).isEqualTo(7);
            assertThat(studio.document("r").write("backend", RawJson.parse("{\"b\":{\"y\":2}}")))
                    .isEqualTo(8);
        }

        try (Studio studio = onDisk()) {
            assertThat(studio.document("r").snapshot())
                    .hasToString("{\"timestamp\":8,\"state\":{\"a\":{\"_exists\":false},"
                            + "\"b\":{\"_exists\":true,\"x\":1.50,\"y\":2}},"
                            + "\"timestamps\":{\"a\":{\"_exists\":3},\"b\":{\"_exists\":2,\"x\":7,\"y\":8}}}");
        }
    }

    @Test
    void documentThatWasOnlyLookedAtIsNotKept() {
        MemoryStore store = new MemoryStore();
        try (Studio studio = Studio.open(OPTIONS, endpoint -> endpoint, settings -> settings.store(store))) {
            studio.at("r", "rob", "ro").edit("[{'e':{'_exists':true}}]");

            assertThat(store.header(new EntityId("document:boards", "r"))).isEmpty();
        }
    }
}
