package dev.stoa.server.room;

import dev.stoa.server.entity.EntityRef;
import dev.stoa.server.entity.Turn;
import dev.stoa.server.port.Timers;
import dev.stoa.server.store.Header;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Brings a room back to what is due: by an alarm, which is kept with the room and rings also after a restart, and by
/// a timer, which is lost with the process. Times are wall-clock milliseconds. Confined to the room's mailbox.
///
/// The alarm is only ever moved earlier, so that not each sign of life moves it on: when it rings too early, it is
/// asked for again.
final class Reminders {
    private final Timers timers;
    private final EntityRef room;
    private long alarmAt = Header.NEVER;
    private long timerAt = Header.NEVER;
    private Timers.@Nullable Timeout timer;

    Reminders(Timers timers, EntityRef room) {
        this.timers = timers;
        this.room = room;
    }

    void load(@Nullable Header header) {
        alarmAt = header == null ? Header.NEVER : header.wakeAt();
    }

    /// The alarm has rung, and is off.
    void rang() {
        alarmAt = Header.NEVER;
    }

    void alarm(long due, Turn turn) {
        if (due < alarmAt || due == Header.NEVER) {
            alarmAt = due;
            turn.wakeAt(due);
        }
    }

    void timer(long due, Turn turn) {
        if (due >= timerAt && timerAt > turn.now()) {
            return;
        }
        stopTimer();
        if (due != Header.NEVER) {
            timerAt = due;
            timer = timers.schedule(
                    Duration.ofMillis(Math.max(1, due - turn.now())), () -> room.tell(new RoomCommand.Tick()));
        }
    }

    void stopTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
        timerAt = Header.NEVER;
    }
}
