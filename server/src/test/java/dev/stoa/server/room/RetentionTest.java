package dev.stoa.server.room;

import static dev.stoa.server.room.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.HistoryMessage;
import dev.stoa.protocol.room.HistoryOptions;
import dev.stoa.protocol.room.LogPosition;
import dev.stoa.protocol.room.UpdateOptions;
import dev.stoa.server.entity.EntitySettings;
import dev.stoa.server.store.EntityId;
import dev.stoa.server.store.Header;
import dev.stoa.server.wire.ManualTimers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@OnEachStore
@Timeout(60)
class RetentionTest {
    private final Keeping keeping;

    RetentionTest(Keeping keeping) {
        this.keeping = keeping;
    }

    private RoomHouse house(Retention retention) {
        return new RoomHouse(
                Rooms.create(RoomsOptions.named("main").withHistory(retention)),
                keeping.store(),
                new ManualTimers(),
                EntitySettings.usual().withCheckpointEvery(20),
                true);
    }

    private static Header header(RoomHouse house) {
        return house.store.header(new EntityId("room:default/main", "lobby")).orElseThrow();
    }

    private static List<Long> offsets(Room room) {
        return room.history(HistoryOptions.latest().withLimit(1000)).items().stream()
                .map(HistoryMessage::offset)
                .toList();
    }

    @Test
    void exactlyTheNewestRecordsAreVisible() {
        try (RoomHouse house = house(new Retention(10, null))) {
            Room room = house.room("lobby");
            for (int i = 1; i <= 500; i++) {
                room.publish("said", i);
                if (i % 37 == 0) {
                    List<Long> visible = offsets(room);
                    assertThat(visible).hasSize(Math.min(i, 10)).startsWith((long) i);
                    assertThat(visible.getLast()).isEqualTo(Math.max(1, i - 9));
                }
            }
        }
    }

    @Test
    void exactlyWhatIsYoungEnoughIsVisible() {
        try (RoomHouse house = house(new Retention(null, Duration.ofMinutes(1)))) {
            Room room = house.room("lobby");
            for (int i = 1; i <= 5; i++) {
                room.publish("said", i);
                house.timers.advance(Duration.ofSeconds(20));
            }

            assertThat(offsets(room)).containsExactly(5L, 4L);
            house.timers.advance(Duration.ofMinutes(2));
            assertThat(offsets(room)).isEmpty();
            assertThat(room.publish("said", 6).offset()).isEqualTo(6);
            assertThat(offsets(room)).containsExactly(6L);
        }
    }

    @Test
    void spaceIsFreedAndTheCountFollowsWhatIsKept() {
        try (RoomHouse house = house(new Retention(10, null))) {
            Room room = house.room("lobby");
            for (int i = 1; i <= 1000; i++) {
                room.publish("said", i);
            }

            Header header = header(house);
            long kept = header.lastOffset() - header.firstOffset() + 1;
            assertThat(kept).isBetween(10L, 300L);
            assertThat(house.rooms.stats().messages()).isEqualTo(kept);
            assertThat(room.history().offset()).isEqualTo(1000);
        }
    }

    @Test
    void readingOnFromWhatIsGoneIsAGap() {
        try (RoomHouse house = house(new Retention(10, null))) {
            Room room = house.room("lobby");
            for (int i = 1; i <= 100; i++) {
                room.publish("said", i);
            }
            String epoch = room.history().epoch();

            var lost = room.history(HistoryOptions.after(new LogPosition(epoch, 5)));
            var whole = room.history(HistoryOptions.after(new LogPosition(epoch, 90)));

            assertThat(lost.gap()).isTrue();
            assertThat(lost.items()).hasSize(10);
            assertThat(whole.gap()).isFalse();
            assertThat(whole.items()).hasSize(10);
            assertThat(refused(ErrorCode.FAILED_PRECONDITION, () -> room.at(89)))
                    .hasMessageContaining("up to offset 90 is no longer kept");
            assertThat(room.at(90).offset()).isEqualTo(90);
        }
    }

    @Test
    void theDocumentAndTheMetadataStayWhateverTheirAge() {
        try (RoomHouse house = house(new Retention(10, null))) {
            Room room = house.room("lobby");
            room.metadata(Map.of("topic", "x"));
            for (int i = 1; i <= 100; i++) {
                room.publish("said", i);
            }
            room.applyUpdate(UpdateOptions.of("u1"));
            for (int i = 1; i <= 1000; i++) {
                room.publish("said", i);
            }

            assertThat(room.document().updates()).hasSize(1);
            assertThat(room.metadata().metadata()).isEqualTo(RawJson.parse("{\"topic\":\"x\"}"));
            assertThat(header(house).firstOffset()).isLessThanOrEqualTo(102);
            try (RoomHouse next = house.restarted()) {
                assertThat(next.room("lobby").document().updates()).hasSize(1);
                assertThat(next.room("lobby").metadata().metadata()).isEqualTo(RawJson.parse("{\"topic\":\"x\"}"));
            }
        }
    }
}
