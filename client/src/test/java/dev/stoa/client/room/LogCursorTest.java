package dev.stoa.client.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.client.room.LogCursor.Sight;
import dev.stoa.property.Property;
import dev.stoa.protocol.room.LogPosition;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogCursorTest {
    private final LogCursor cursor = new LogCursor();

    @Test
    void recordsBeforeTheFirstPositionAreOfAnotherLife() {
        assertThat(cursor.see("e1", 1)).isEqualTo(Sight.OTHER_LIFE);
        assertThat(cursor.position()).isNull();
    }

    @Test
    void ownRecordsCountAsSeenOnce() {
        cursor.moveTo(new LogPosition("e1", 5));
        cursor.made("e1", 7);
        cursor.made("e2", 8);
        cursor.made("e1", 4);

        assertThat(cursor.see("e1", 6)).isEqualTo(Sight.NEW);
        assertThat(cursor.see("e1", 7)).isEqualTo(Sight.KNOWN);
        assertThat(cursor.see("e1", 8)).isEqualTo(Sight.NEW);
        assertThat(cursor.position()).isEqualTo(new LogPosition("e1", 8));
    }

    @Test
    void anotherLifeForgetsOwnRecords() {
        cursor.moveTo(new LogPosition("e1", 5));
        cursor.made("e1", 7);
        cursor.moveTo(new LogPosition("e2", 0));

        assertThat(cursor.see("e2", 7)).isEqualTo(Sight.NEW);
    }

    @Test
    void onlySoManyOwnRecordsAreRemembered() {
        cursor.moveTo(new LogPosition("e1", 0));
        for (long offset = 1; offset <= 1001; offset++) {
            cursor.made("e1", offset);
        }

        assertThat(cursor.see("e1", 1)).isEqualTo(Sight.NEW);
        assertThat(cursor.see("e1", 2)).isEqualTo(Sight.KNOWN);
    }

    @Test
    void advancingNeverGoesBack() {
        cursor.moveTo(new LogPosition("e1", 5));

        cursor.advance("e1", 3);
        assertThat(cursor.position()).isEqualTo(new LogPosition("e1", 5));
        cursor.advance("e1", 9);
        assertThat(cursor.position()).isEqualTo(new LogPosition("e1", 9));
    }

    @Test
    void whateverIsReplayedEachRecordIsNewOnceAndInOrder() {
        Property.holds(200, chance -> {
            LogCursor reader = new LogCursor();
            reader.moveTo(new LogPosition("e", 0));
            List<Long> delivered = new ArrayList<>();
            long log = 0;
            for (int turn = 0; turn < 20; turn++) {
                long from =
                        reader.position().offset() - Math.min(reader.position().offset(), chance.between(0, 3));
                log += chance.between(0, 4);
                for (long offset = from + 1; offset <= log - chance.between(0, 1); offset++) {
                    if (reader.see("e", offset) == Sight.NEW) {
                        delivered.add(offset);
                    }
                }
            }
            assertThat(delivered).isSorted().doesNotHaveDuplicates();
            assertThat(delivered).hasSize((int) reader.position().offset());
        });
    }
}
