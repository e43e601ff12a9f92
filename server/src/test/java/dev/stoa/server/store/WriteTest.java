package dev.stoa.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What the port's values refuse, because it could only be an owner's bug.
class WriteTest {
    private static final EntityId ROOM = new EntityId("room", "a");
    private static final Header HEADER = new Header(7, "epoch", "active", 1, 2, 20, Header.NEVER, Map.of());

    private static LogRecord record(long offset, long at) {
        return new LogRecord(offset, "message", at, null, new byte[10]);
    }

    private static Write write(Header header, List<LogRecord> records, Change... changes) {
        return new Write(ROOM, new Owner(1, 1), header, records, List.of(changes), Map.of());
    }

    @Test
    void recordsFollowEachOther() {
        assertThatThrownBy(() -> write(HEADER, List.of(record(2, 20), record(4, 20))))
                .hasMessage("in room/a, record 4 at 20 does not follow record 2 at 20");
    }

    @Test
    void timesNeverFall() {
        assertThatThrownBy(() -> write(HEADER, List.of(record(1, 21), record(2, 20))))
                .hasMessage("in room/a, record 2 at 20 does not follow record 1 at 21");
    }

    @Test
    void theHeaderEndsWithTheLastRecord() {
        assertThatThrownBy(() -> write(HEADER, List.of(record(3, 20))))
                .hasMessage("the header of room/a ends with record 2 at 20, its records with 3 at 20");
        assertThatThrownBy(() -> write(HEADER, List.of(record(2, 19)))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nothingFollowsADeletion() {
        assertThatThrownBy(() -> write(HEADER, List.of(), new Change.DeleteEntity(), new Change.DeleteSnapshots()))
                .hasMessage("nothing follows the deletion of room/a");
    }

    @Test
    void aWriteDropsOneLogAndNotItsOwn() {
        assertThatThrownBy(() -> write(HEADER, List.of(), new Change.DropLog(7)))
                .hasMessage("a write of room/a drops its own log 7");
        assertThatThrownBy(() -> write(HEADER, List.of(), new Change.DropLog(5), new Change.DropLog(6)))
                .hasMessage("a write of room/a drops more than one log");
        assertThat(write(HEADER, List.of(), new Change.DropLog(5)).previousLog())
                .isEqualTo(5);
        assertThat(write(HEADER, List.of()).previousLog()).isEqualTo(7);
    }

    @Test
    void aCheckpointIsNotAheadOfItsLog() {
        assertThatThrownBy(() -> write(HEADER, List.of(), new Change.PutCheckpoint(new Checkpoint(3, new byte[0]))))
                .hasMessage("a checkpoint of room/a stands at 3, behind the last record 2");
    }

    @Test
    void whatWaitsIsMeasuredWithItsBodies() {
        long empty = write(HEADER, List.of()).size();

        Write write = write(
                HEADER,
                List.of(record(2, 20)),
                new Change.PutRow("row", new byte[1000]),
                new Change.PutOnce(new Once("key", 1, new byte[100])),
                new Change.DeleteSnapshots());

        assertThat(write.size()).isBetween(empty + 1110, empty + 1600);
    }

    @Test
    void textsHaveALengthAndNeitherNullsNorHalfCharacters() {
        assertThatThrownBy(() -> new Change.PutRow("", new byte[0]))
                .hasMessage("a row's key has 1 to 512 characters, this one 0");
        assertThatThrownBy(() -> new Once("k".repeat(513), 1, new byte[0]))
                .hasMessage("a once key has 1 to 512 characters, this one 513");
        assertThatThrownBy(() -> new LogRecord(1, "a\0b", 1, null, new byte[0]))
                .hasMessage("a record's type must not hold the character U+0000");
        assertThatThrownBy(() -> new LogRecord(1, "type", 1, "\uD83D", new byte[0]))
                .hasMessage("a record's label must not hold the lone surrogate U+D83D");
        assertThatThrownBy(() -> new Snapshot("\uDE00\uD83D", 1, 1, new byte[0]))
                .hasMessage("a snapshot's id must not hold the lone surrogate U+DE00");
        assertThat(new Once("😀".repeat(512), 1, new byte[0]).key()).hasSize(1024);
    }

    @Test
    void headersAndOwnersThatCannotBeAreRefused() {
        assertThatThrownBy(() -> new Header(1, "e", "s", 0, 0, 0, 0, Map.of())).hasMessage("no log runs from 0 to 0");
        assertThatThrownBy(() -> new Header(1, "e", "s", 5, 3, 0, 0, Map.of())).hasMessage("no log runs from 5 to 3");
        assertThatThrownBy(() -> new Owner(-1, 1)).hasMessage("no owner has fence -1 and sequence 1");
        assertThatThrownBy(() -> new Owner(1, 0)).hasMessage("no owner has fence 1 and sequence 0");
    }
}
