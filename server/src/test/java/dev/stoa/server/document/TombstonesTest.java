package dev.stoa.server.document;

import static dev.stoa.server.document.Painter.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.stoa.protocol.RawJson;
import dev.stoa.server.Stoa;
import dev.stoa.server.port.Timers;
import dev.stoa.server.wire.ManualTimers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Having fewer tombstones: not sent to newcomers, let go of after some time.
class TombstonesTest {
    private static final DocumentsOptions BOARDS = DocumentsOptions.named("boards");
    private static final DocumentsOptions MONTH =
            BOARDS.withTombstones(Tombstones.kept().keptFor(Duration.ofDays(30)));

    private final Calendar clock = new Calendar();

    @TempDir
    Path data;

    /// A clock whose date is changed, while what waits for some time to pass waits on.
    private static final class Calendar implements Timers {
        private final ManualTimers clock = new ManualTimers();
        private volatile long shiftMillis;

        void turn(Duration time) {
            shiftMillis += time.toMillis();
        }

        @Override
        public long nanoTime() {
            return clock.nanoTime();
        }

        @Override
        public long millis() {
            return clock.millis() + shiftMillis;
        }

        @Override
        public Timeout schedule(Duration delay, Runnable work) {
            return clock.schedule(delay, work);
        }

        @Override
        public void close() {
            clock.close();
        }
    }

    private Studio open(DocumentsOptions options) {
        return Studio.open(
                options, endpoint -> endpoint, settings -> settings.data(data).timers(clock));
    }

    private static JsonNode state(Studio studio) {
        return json(studio.document("r").snapshot().toString()).path("state");
    }

    private static void deleteOneOfTwo(Painter ada) {
        ada.edit("[{'e':{'_exists':true,'x':1},'f':{'_exists':true}}]");
        ada.edit("[{'f':{'_exists':false}}]");
    }

    @Test
    void newcomersAreNotSentTombstonesWhereThatIsWanted() {
        try (Studio studio = open(BOARDS.withTombstones(Tombstones.kept().withoutNewcomers()))) {
            Painter ada = studio.at("r", "ada");
            deleteOneOfTwo(ada);

            assertThat(ada.diff(0)).isEqualTo(json("{'e':{'_exists':true,'x':1}}"));
            assertThat(ada.diff(1)).isEqualTo(json("{'f':{'_exists':false}}"));
            assertThat(state(studio).has("f")).isTrue();
        }
    }

    @Test
    void newcomersGetTheirOwnDeletionsBackAllTheSame() {
        try (Studio studio = open(BOARDS.withTombstones(Tombstones.kept().withoutNewcomers()))) {
            Painter ada = studio.at("r", "ada");

            ada.say("{'type':'reconnect','lastTimestamp':0,'protocolVersion':2,"
                    + "'documentPatches':[{'f':{'_exists':false}}]}");

            ada.hears("{'type':'patch','clientId':'','documentPatches':[{'f':{'_exists':false}}],'timestamp':1}");
            ada.hears("{'type':'synced','timestamp':1}");
        }
    }

    @Test
    void tombstonesGoWhenTheyAreOldEnoughAndNotBefore() {
        try (Studio studio = open(MONTH)) {
            Painter ada = studio.at("r", "ada");
            deleteOneOfTwo(ada);
            clock.turn(Duration.ofDays(29));
            ada.edit("[{'e':{'x':2},'g':{'_exists':false}}]");
            assertThat(state(studio).has("f")).isTrue();

            clock.turn(Duration.ofDays(3));
            ada.edit("[{'e':{'x':3}}]");

            assertThat(state(studio)).isEqualTo(json("{'g':{'_exists':false},'e':{'_exists':true,'x':3}}"));
        }
    }

    @Test
    void tombstonesOfADocumentThatNobodyTouchedGoWhenItIsLoaded() {
        try (Studio studio = open(MONTH)) {
            deleteOneOfTwo(studio.at("r", "ada"));
        }
        clock.turn(Duration.ofDays(32));

        try (Studio studio = open(MONTH)) {
            assertThat(state(studio)).isEqualTo(json("{'e':{'_exists':true,'x':1}}"));
        }
    }

    /// What was let go of follows from the log alone, whatever the clock and the options say then.
    @Test
    void whatWasLetGoOfStaysGone() {
        try (Studio studio = open(MONTH)) {
            Painter ada = studio.at("r", "ada");
            deleteOneOfTwo(ada);
            clock.turn(Duration.ofDays(32));
            ada.edit("[{'e':{'x':2}}]");
            ada.edit("[{'h':{'_exists':false}}]");
        }

        try (Studio studio = open(BOARDS)) {
            assertThat(state(studio)).isEqualTo(json("{'e':{'_exists':true,'x':2},'h':{'_exists':false}}"));
            Painter late = studio.at("r", "late");
            late.reconnect(1).hears("{'type':'version-mismatch','serverProtocolVersion':2}");
        }
    }

    @Test
    void whoMayHaveMissedADeletionThatNobodyKnowsOfIsToldToStayAway() {
        try (Studio studio = open(MONTH)) {
            Painter ada = studio.at("r", "ada");
            deleteOneOfTwo(ada);
            clock.turn(Duration.ofDays(32));
            ada.edit("[{'e':{'x':2}}]");

            Painter late = studio.at("r", "late");
            late.say("{'type':'reconnect','lastTimestamp':1,'protocolVersion':2,'documentPatches':[{'f':{'y':1}}]}");
            late.hears("{'type':'version-mismatch','serverProtocolVersion':2}");

            assertThat(late.diff(2)).as("who has seen the deletion").isEqualTo(json("{'e':{'x':2}}"));
            assertThat(late.answer(0).getFirst().path("documentPatches"))
                    .as("who has seen nothing")
                    .isEqualTo(json("[{'e':{'_exists':true,'x':2}}]"));
        }
    }

    @Test
    void restoredSnapshotTellsOnlyThoseAwayWhoMayHaveMissedSomething() {
        try (Studio studio = open(MONTH)) {
            Painter ada = studio.at("r", "ada");
            deleteOneOfTwo(ada);
            clock.turn(Duration.ofDays(32));
            ada.edit("[{'e':{'x':2}}]");
            studio.document("r").restore(studio.document("r").snapshot());

            Painter late = studio.at("r", "late");
            late.reconnect(1).hears("{'type':'version-mismatch','serverProtocolVersion':2}");
            assertThat(late.diff(2)).isEqualTo(json("{'e':{'x':2}}"));
        }
    }

    @Test
    void whoFollowsFromWithinIsGivenTheWholeWhereDeletionsWereLetGoOf() {
        try (Studio studio = open(MONTH)) {
            Painter ada = studio.at("r", "ada");
            deleteOneOfTwo(ada);
            clock.turn(Duration.ofDays(32));
            ada.edit("[{'e':{'x':2}}]");

            DocumentChanges behind = studio.document("r").changesSince(DocumentPosition.at(1));
            assertThat(behind.replaces()).isTrue();
            assertThat(json(behind.patches().toString())).isEqualTo(json("[{'e':{'_exists':true,'x':2}}]"));
            assertThat(studio.document("r").changesSince(DocumentPosition.at(2)).replaces())
                    .isFalse();
        }
    }

    @Test
    void documentThatComesFromAStorageIsAsOldAsItsComing() throws Exception {
        InMemorySnapshots copies = new InMemorySnapshots();
        copies.save(
                "r",
                json("{'timestamp':2,'state':{'f':{'_exists':false}},'timestamps':{'f':{'_exists':2}}}")
                        .toString()
                        .getBytes(StandardCharsets.UTF_8));
        Documents documents = Documents.create(MONTH).withStorage(copies);
        try (Stoa _ = Stoa.builder()
                .port(0)
                .data(data)
                .timers(clock)
                .documents(documents, Studio::judge)
                .start()) {
            assertThat(documents.document("r").snapshot().toString()).contains("\"f\"");
            clock.turn(Duration.ofDays(32));
            documents.document("r").write("backend", RawJson.parse("{}"));

            assertThat(documents.document("r").snapshot().toString()).doesNotContain("\"f\"");
        }
    }

    @Test
    void tombstonesAreKeptForADayAtLeast() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tombstones.kept().keptFor(Duration.ofHours(23)))
                .withMessage("tombstones are kept for at least PT24H, not PT23H");
    }
}
