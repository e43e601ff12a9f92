package dev.stoa.server.room;

import static dev.stoa.server.room.Refusals.refused;
import static dev.stoa.server.room.RoomHouse.ADA;
import static dev.stoa.server.room.RoomHouse.BEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.AwarenessOptions;
import dev.stoa.protocol.room.AwarenessResult;
import dev.stoa.protocol.room.DocumentOptions;
import dev.stoa.protocol.room.DocumentResult;
import dev.stoa.protocol.room.DocumentUpdate;
import dev.stoa.protocol.room.RoomKind;
import dev.stoa.protocol.room.UpdateOptions;
import dev.stoa.protocol.room.UpdateResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@OnEachStore
@Timeout(60)
@RoomRow(15)
class DocumentsTest {
    private final RoomHouse house;
    private final Room room;

    DocumentsTest(Keeping keeping) {
        this.house = keeping.house();
        this.room = house.room("drawing");
    }

    @AfterEach
    void close() {
        house.close();
    }

    private Instant now() {
        return Instant.ofEpochMilli(house.timers.millis());
    }

    private List<String> updates(DocumentOptions options) {
        return room.document(options).updates().stream()
                .map(update -> update.update().toString())
                .toList();
    }

    @Test
    void anUpdateAnswersWithEverythingAndTheDocumentHasIt() {
        UpdateResult result =
                room.applyUpdate(UpdateOptions.of(Map.of("op", "draw")).from("pen", 7));

        assertThat(result.room()).isEqualTo("drawing");
        assertThat(result.kind()).isEqualTo(RoomKind.ROOM);
        assertThat(result.appliedAt()).isEqualTo(now());
        assertThat(result.actor()).isEqualTo(ADA);
        assertThat(result.offset()).isEqualTo(1);
        assertThat(result.duplicate()).isFalse();
        DocumentResult document = room.document();
        assertThat(document.updates())
                .containsExactly(new DocumentUpdate(
                        result.updateId(), RawJson.parse("{\"op\":\"draw\"}"), "pen", 7, ADA, now(), 1));
        assertThat(document.awareness()).isEmpty();
        assertThat(document.cursor()).isNull();
    }

    @Test
    void updatesAreOrderedByClockThenByOffset() {
        room.applyUpdate(UpdateOptions.of("c9").from("a", 9));
        room.applyUpdate(UpdateOptions.of("c1").from("a", 1));
        room.applyUpdate(UpdateOptions.of("none 1"));
        room.applyUpdate(UpdateOptions.of("c1 of b").from("b", 1));
        room.applyUpdate(UpdateOptions.of("c0").from("b", 0));
        room.applyUpdate(UpdateOptions.of("none 2"));

        assertThat(updates(DocumentOptions.all()))
                .containsExactly("\"none 1\"", "\"none 2\"", "\"c0\"", "\"c1\"", "\"c1 of b\"", "\"c9\"");
        assertThat(updates(new DocumentOptions(0, null, null))).containsExactly("\"c1\"", "\"c1 of b\"", "\"c9\"");
        assertThat(updates(new DocumentOptions(9, null, null))).isEmpty();
    }

    @Test
    void aClockSeenBeforeIsADuplicateAlsoAfterARestart() {
        UpdateResult first = room.applyUpdate(UpdateOptions.of("x").from("pen", 1));
        house.timers.advance(Duration.ofDays(3));

        UpdateResult again = room.applyUpdate(UpdateOptions.of("y").from("pen", 1));

        assertThat(again.duplicate()).isTrue();
        assertThat(again.updateId()).isEqualTo(first.updateId());
        assertThat(again.appliedAt()).isEqualTo(first.appliedAt());
        assertThat(updates(DocumentOptions.all())).containsExactly("\"x\"");
        try (RoomHouse next = house.restarted()) {
            assertThat(next.room("drawing")
                            .applyUpdate(UpdateOptions.of("z").from("pen", 1))
                            .updateId())
                    .isEqualTo(first.updateId());
        }
    }

    @Test
    void nobodyCanTakeThePlaceOfAnothersUpdate() {
        room.applyUpdate(UpdateOptions.of("bens").from("pen", 1));

        refused(
                ErrorCode.ALREADY_EXISTS,
                () -> room.as(BEN).applyUpdate(UpdateOptions.of("mine").from("pen", 1)));
    }

    @Test
    void updatesWithoutAClockOrClientAreNeverDuplicates() {
        room.applyUpdate(new UpdateOptions(RawJson.of(1), "pen", null, null));
        room.applyUpdate(new UpdateOptions(RawJson.of(1), "pen", null, null));
        room.applyUpdate(new UpdateOptions(RawJson.of(1), null, 4, null));
        room.applyUpdate(new UpdateOptions(RawJson.of(1), null, 4, null));

        assertThat(room.document().updates()).hasSize(4);
    }

    @Test
    void pagesHaveNoHoleAndNoRepeatWhileUpdatesArrive() {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            room.applyUpdate(UpdateOptions.of(i).from("pen", 40 - i));
            expected.addFirst(Integer.toString(i));
        }
        List<String> seen = new ArrayList<>();
        @Nullable String cursor = null;
        int late = 1000;

        do {
            DocumentResult page = room.document(new DocumentOptions(null, 7, cursor));
            page.updates().forEach(update -> seen.add(update.update().toString()));
            cursor = page.cursor();
            room.applyUpdate(UpdateOptions.of("late").from("pen", late++));
        } while (cursor != null && seen.size() < 40);

        assertThat(seen.subList(0, 40)).isEqualTo(expected);
        refused(ErrorCode.INVALID_ARGUMENT, () -> room.document(new DocumentOptions(null, null, "made-up")));
        refused(
                ErrorCode.INVALID_ARGUMENT,
                () -> room.document(new DocumentOptions(null, null, Cursors.of("document", "other life", 1, "1"))));
        refused(
                ErrorCode.INVALID_ARGUMENT,
                () -> room.document(new DocumentOptions(
                        null, null, Cursors.of("document", room.history().epoch(), 1, "x"))));
    }

    // Awareness

    private static AwarenessOptions aware(String clientId, Object state) {
        return new AwarenessOptions(clientId, RawJson.of(state), null);
    }

    @Test
    void awarenessIsTheLatestOfEachClient() {
        room.awareness(aware("pen", Map.of("x", 1)));
        AwarenessResult latest = room.awareness(aware("pen", Map.of("x", 2)));
        room.awareness(aware("brush", Map.of("y", 1)));

        assertThat(latest)
                .isEqualTo(
                        new AwarenessResult("drawing", RoomKind.ROOM, "pen", now(), RawJson.parse("{\"x\":2}"), ADA));
        assertThat(room.document().awareness())
                .extracting(AwarenessResult::clientId)
                .containsExactly("pen", "brush");
        assertThat(room.history().offset()).isZero();
    }

    @Test
    void nullRemovesIt() {
        room.awareness(aware("pen", Map.of()));

        AwarenessResult removed = room.awareness(new AwarenessOptions("pen", null, null));

        assertThat(removed.state()).isEqualTo(RawJson.NULL);
        assertThat(room.document().awareness()).isEmpty();
    }

    @Test
    void itExpiresThirtySecondsAfterItsLastRefresh() {
        room.awareness(aware("pen", Map.of()));
        room.awareness(aware("brush", Map.of()));
        house.advance(Duration.ofSeconds(20));
        room.awareness(aware("pen", Map.of()));

        house.advance(Duration.ofSeconds(10));
        assertThat(room.document().awareness())
                .extracting(AwarenessResult::clientId)
                .containsExactly("pen");
        house.advance(Duration.ofSeconds(20));

        assertThat(room.document().awareness()).isEmpty();
    }

    @Test
    void nobodyCanSpeakForAnothersClient() {
        room.awareness(aware("pen", Map.of()));

        refused(ErrorCode.PERMISSION_DENIED, () -> room.as(BEN).awareness(aware("pen", Map.of("x", 1))));
        refused(ErrorCode.PERMISSION_DENIED, () -> room.as(BEN).awareness(new AwarenessOptions("pen", null, null)));
        house.advance(Duration.ofSeconds(31));

        room.as(BEN).awareness(aware("pen", Map.of("x", 1)));
    }

    @Test
    void badUpdatesAndAwarenessAreRefused() {
        refused(
                ErrorCode.INVALID_ARGUMENT,
                () -> room.applyUpdate(UpdateOptions.of(1).from("pen", -1)));
        refused(
                ErrorCode.INVALID_ARGUMENT,
                () -> room.applyUpdate(UpdateOptions.of(1).from("", 1)));
        refused(ErrorCode.INVALID_ARGUMENT, () -> room.applyUpdate(UpdateOptions.of("x".repeat(70_000))));
        refused(ErrorCode.INVALID_ARGUMENT, () -> room.awareness(aware("pen", List.of())));
        refused(ErrorCode.INVALID_ARGUMENT, () -> room.awareness(aware("pen", "x".repeat(5_000))));
        refused(ErrorCode.INVALID_ARGUMENT, () -> room.awareness(new AwarenessOptions(null, RawJson.NULL, null)));
        refused(ErrorCode.UNAUTHENTICATED, () -> house.rooms.room("drawing").applyUpdate(UpdateOptions.of(1)));

        assertThat(room.applyUpdate(UpdateOptions.of(1)).offset()).isEqualTo(1);
    }
}
