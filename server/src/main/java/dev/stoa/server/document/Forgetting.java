package dev.stoa.server.document;

import dev.stoa.server.document.lww.LwwDocument;
import dev.stoa.server.entity.Turn;
import dev.stoa.server.store.LogRecord;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Lets go of a document's tombstones when they are older than its instance keeps them: looked at when the
/// document is loaded, and when a day begins. Confined to the document's mailbox.
final class Forgetting {
    private final @Nullable Duration age;

    Forgetting(Tombstones policy) {
        this.age = policy.keptFor();
    }

    /// A record has been folded into the document.
    void replayed(LwwDocument document, LogRecord record) {
        if (age != null) {
            document.ages().pass(record.at(), document.timestamp());
        }
    }

    /// The document has been loaded.
    ///
    /// @param lastAt when its last record was written; 0 for one that comes from somewhere else
    /// @return what was logged; null when there was nothing to let go of
    @Nullable
    LogRecord loaded(LwwDocument document, long lastAt, Turn turn) {
        if (age == null) {
            return null;
        }
        document.ages().pass(lastAt > 0 ? lastAt : turn.now(), document.timestamp());
        return forget(document, age, turn);
    }

    /// An edit has been applied.
    ///
    /// @return what was logged; null when there was nothing to let go of
    @Nullable
    LogRecord edited(LwwDocument document, Turn turn) {
        return age != null && document.ages().pass(turn.now(), document.timestamp())
                ? forget(document, age, turn)
                : null;
    }

    private static @Nullable LogRecord forget(LwwDocument document, Duration age, Turn turn) {
        long upTo = document.ages().before(turn.now() - age.toMillis());
        return upTo > document.forgotten() && document.forget(upTo) > 0
                ? turn.append(Records.FORGOTTEN, null, Records.forgotten(upTo))
                : null;
    }
}
