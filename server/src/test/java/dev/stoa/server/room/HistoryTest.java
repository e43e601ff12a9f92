package dev.stoa.server.room;

import static dev.stoa.server.room.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.room.DestroyOptions;
import dev.stoa.protocol.room.HistoryMessage;
import dev.stoa.protocol.room.HistoryOptions;
import dev.stoa.protocol.room.HistoryResult;
import dev.stoa.protocol.room.LogPosition;
import dev.stoa.protocol.room.MetadataOptions;
import dev.stoa.protocol.room.PublishResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@OnEachStore
@Timeout(60)
@RoomRow(5)
class HistoryTest {
    private final Keeping keeping;
    private final RoomHouse house;
    private final Room room;

    HistoryTest(Keeping keeping) {
        this.keeping = keeping;
        this.house = keeping.house();
        this.room = house.room("lobby");
    }

    @AfterEach
    void close() {
        house.close();
    }

    private void publish(int count) {
        for (int i = 0; i < count; i++) {
            room.publish(i % 2 == 0 ? "even" : "odd", i);
        }
    }

    private static List<Long> offsets(HistoryResult page) {
        return page.items().stream().map(HistoryMessage::offset).toList();
    }

    @Test
    void aPageIsNewestFirstAndAHundredLongUnlessAsked() {
        publish(101);

        HistoryResult page = room.history();

        assertThat(offsets(page)).hasSize(100).startsWith(101L, 100L, 99L);
        assertThat(page.cursor()).isNotNull();
        assertThat(page.offset()).isEqualTo(101);
        assertThat(page.gap()).isFalse();
    }

    @Test
    void pagesHaveNoHoleAndNoRepeatWhileMessagesArrive() {
        publish(95);
        List<Long> seen = new ArrayList<>();
        @Nullable String cursor = null;

        do {
            HistoryResult page =
                    room.history(HistoryOptions.latest().withLimit(10).withCursor(cursor));
            seen.addAll(offsets(page));
            cursor = page.cursor();
            room.publish("late", 0);
        } while (cursor != null);

        assertThat(seen)
                .isEqualTo(
                        LongStream.rangeClosed(1, 95).map(i -> 96 - i).boxed().toList());
    }

    @Test
    void theLastPageHasNoCursor() {
        publish(10);

        HistoryResult page = room.history(HistoryOptions.latest().withLimit(10));

        assertThat(page.items()).hasSize(10);
        assertThat(page.cursor()).isNull();
    }

    @Test
    void typesAreFilteredAndPagesOfThemToo() {
        publish(20);

        HistoryResult first =
                room.history(HistoryOptions.latest().ofTypes("odd").withLimit(6));
        HistoryResult second =
                room.history(HistoryOptions.latest().ofTypes("odd").withLimit(6).withCursor(first.cursor()));

        assertThat(offsets(first)).containsExactly(20L, 18L, 16L, 14L, 12L, 10L);
        assertThat(offsets(second)).containsExactly(8L, 6L, 4L, 2L);
        assertThat(second.cursor()).isNull();
    }

    @Test
    void metadataAndOtherRecordsAreNoMessages() {
        publish(1);
        room.metadata(MetadataOptions.of(java.util.Map.of("topic", "x")));
        publish(1);

        assertThat(offsets(room.history())).containsExactly(3L, 1L);
    }

    @Test
    void fromIsIncludedAndToIsNot() {
        Instant[] times = new Instant[5];
        for (int i = 0; i < 5; i++) {
            times[i] = room.publish("said", i).publishedAt();
            house.timers.advance(Duration.ofSeconds(1));
        }

        assertThat(offsets(room.history(HistoryOptions.latest().between(times[1], times[3]))))
                .containsExactly(3L, 2L);
        assertThat(offsets(room.history(HistoryOptions.latest().between(times[1].plusNanos(1), null))))
                .containsExactly(5L, 4L, 3L);
        assertThat(offsets(room.history(HistoryOptions.latest().between(null, times[1].plusNanos(1)))))
                .containsExactly(2L, 1L);
        assertThat(offsets(room.history(HistoryOptions.latest().between(Instant.MIN, Instant.MAX))))
                .hasSize(5);
    }

    @Test
    void afterAPositionComesWhatFollowsOldestFirst() {
        publish(10);
        String epoch = room.history().epoch();

        HistoryResult page =
                room.history(HistoryOptions.after(new LogPosition(epoch, 4)).withLimit(3));

        assertThat(offsets(page)).containsExactly(5L, 6L, 7L);
        assertThat(page.gap()).isFalse();
        assertThat(page.offset()).isEqualTo(10);
    }

    @Test
    void pagesAfterAPositionGoOnToTheEndAndNoFurther() {
        PublishResult known = room.publish("said", 0);
        for (int i = 1; i <= 7; i++) {
            room.publish("said", i);
            room.metadata(MetadataOptions.of(Map.of("between", i)));
        }

        List<Integer> read = new ArrayList<>();
        HistoryResult page = room.history(HistoryOptions.after(new LogPosition(known.epoch(), known.offset()))
                .ofTypes("said")
                .withLimit(3));
        page.items().forEach(message -> read.add(message.data().as(Integer.class)));
        while (page.cursor() != null) {
            room.publish("other", "meanwhile");
            page = room.history(
                    HistoryOptions.latest().ofTypes("said").withLimit(3).withCursor(page.cursor()));
            page.items().forEach(message -> read.add(message.data().as(Integer.class)));
            assertThat(page.gap()).isFalse();
        }

        assertThat(read).containsExactly(1, 2, 3, 4, 5, 6, 7);
    }

    @Test
    void afterThePresentEndComesNothing() {
        publish(2);
        String epoch = room.history().epoch();

        HistoryResult page = room.history(HistoryOptions.after(new LogPosition(epoch, 2)));

        assertThat(page.items()).isEmpty();
        assertThat(page.gap()).isFalse();
    }

    @Test
    void positionsOfAnotherLifeOrBeyondTheEndAreGaps() {
        publish(2);
        String epoch = room.history().epoch();

        HistoryResult elsewhere = room.history(HistoryOptions.after(new LogPosition("made-up", 1)));
        HistoryResult beyond = room.history(HistoryOptions.after(new LogPosition(epoch, 99)));

        assertThat(elsewhere.gap()).isTrue();
        assertThat(offsets(elsewhere)).containsExactly(1L, 2L);
        assertThat(beyond.gap()).isTrue();
    }

    @Test
    void anEmptyRoomHasAnEmptyHistoryAndDoesNotComeToBe() {
        HistoryResult page = room.history();

        assertThat(page.items()).isEmpty();
        assertThat(page.offset()).isZero();
        assertThat(page.gap()).isFalse();
        assertThat(house.rooms.stats().rooms()).isZero();
    }

    @Test
    void madeUpCursorsPositionsAndLimitsAreRefused() {
        publish(3);
        String ofMembers = Cursors.of("members", "", 1, "ada");

        for (String cursor : Arrays.asList("", "x", "ä", ofMembers, encoded("history\ne\n-1\n"), encoded("history"))) {
            refused(
                    ErrorCode.INVALID_ARGUMENT,
                    () -> room.history(HistoryOptions.latest().withCursor(cursor)));
        }
        refused(ErrorCode.INVALID_ARGUMENT, () -> room.history(HistoryOptions.after(new LogPosition("e", -1))));
        refused(
                ErrorCode.INVALID_ARGUMENT,
                () -> room.history(HistoryOptions.latest().withLimit(0)));
        refused(
                ErrorCode.INVALID_ARGUMENT,
                () -> room.history(HistoryOptions.latest().withLimit(1001)));
        refused(
                ErrorCode.INVALID_ARGUMENT,
                () -> room.history(HistoryOptions.latest().ofTypes("x".repeat(129))));
        refused(
                ErrorCode.INVALID_ARGUMENT,
                () -> room.history(
                        HistoryOptions.after(new LogPosition("e", 1)).withCursor(encoded("history\ne\n1\n"))));
        assertThat(offsets(room.history())).hasSize(3);
    }

    private static String encoded(String text) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    @Test
    void aCursorOfAnEarlierLifeIsAGap() {
        Lifecycle recreating = new Lifecycle(Duration.ofMinutes(5), Duration.ofDays(1), true);
        try (RoomHouse again = keeping.house(RoomsOptions.named("main").withLifecycle(recreating))) {
            Room reborn = again.room("lobby");
            PublishResult old = reborn.publish("said", 1);
            reborn.publish("said", 2);
            String cursor = reborn.history(HistoryOptions.latest().withLimit(1)).cursor();
            reborn.destroy(DestroyOptions.keepingAll());
            reborn.publish("said", 3);

            HistoryResult page = reborn.history(HistoryOptions.latest().withCursor(cursor));

            assertThat(page.items()).isEmpty();
            assertThat(page.gap()).isTrue();
            assertThat(page.epoch()).isNotEqualTo(old.epoch());
        }
    }
}
