package dev.stoa.client.room;

import dev.stoa.protocol.room.LogPosition;
import java.util.LinkedHashSet;
import org.jspecify.annotations.Nullable;

/// How far the client has seen a room's log: the last record delivered, and the later ones that it made itself
/// and need not see. Offsets may jump, because not every record is for clients. Confined to the lock of its
/// attachment.
final class LogCursor {
    private static final int MAX_OWN = 1000;

    private final LinkedHashSet<Long> own = new LinkedHashSet<>();
    private @Nullable LogPosition position;

    /// What a record is to this client.
    enum Sight {
        /// The next one: to be delivered.
        NEW,
        /// Seen before, or made by this client, which knows it.
        KNOWN,
        /// Of another life of the log.
        OTHER_LIFE
    }

    /// The last record seen; null before the first join.
    @Nullable
    LogPosition position() {
        return position;
    }

    void moveTo(@Nullable LogPosition next) {
        LogPosition present = position;
        if (present == null || next == null || !present.epoch().equals(next.epoch())) {
            own.clear();
        }
        position = next;
    }

    /// Moves on within the same life, never back.
    void advance(String epoch, long offset) {
        LogPosition present = position;
        if (present == null || !present.epoch().equals(epoch) || present.offset() < offset) {
            moveTo(new LogPosition(epoch, offset));
        }
    }

    /// Takes a record in; one of another life is only looked at.
    Sight see(String epoch, long offset) {
        LogPosition present = position;
        if (present == null || !present.epoch().equals(epoch)) {
            return Sight.OTHER_LIFE;
        }
        if (offset <= present.offset()) {
            return Sight.KNOWN;
        }
        position = new LogPosition(epoch, offset);
        return own.remove(offset) ? Sight.KNOWN : Sight.NEW;
    }

    /// Remembers a record that this client made and that only a recovery would show it.
    void made(String epoch, long offset) {
        LogPosition present = position;
        if (present == null || !present.epoch().equals(epoch) || offset <= present.offset()) {
            return;
        }
        own.removeIf(known -> known <= present.offset());
        if (own.add(offset) && own.size() > MAX_OWN) {
            own.removeFirst();
        }
    }
}
