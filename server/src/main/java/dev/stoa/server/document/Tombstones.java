package dev.stoa.server.document;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What becomes of deleted records. They stay behind as tombstones, so that whoever was away learns of
/// the deletion: usually for ever, and everybody is sent them. Immutable.
///
/// Both ways of having fewer of them have a price, for clients that keep a copy of the document.
///
/// @param newcomers whether a client that comes for the first time is sent them
/// @param keptFor when they are let go of; null for never
public record Tombstones(boolean newcomers, @Nullable Duration keptFor) {
    private static final Duration LEAST = Duration.ofDays(1);

    public Tombstones {
        if (keptFor != null && keptFor.compareTo(LEAST) < 0) {
            throw new IllegalArgumentException("tombstones are kept for at least " + LEAST + ", not " + keptFor);
        }
    }

    /// Kept for ever, and sent to everybody.
    public static Tombstones kept() {
        return new Tombstones(true, null);
    }

    /// Not sent to clients that have seen nothing yet (`lastTimestamp` 0). Right for clients without a
    /// local database. One that has lost its cursor and not its copy keeps showing what was deleted.
    public Tombstones withoutNewcomers() {
        return new Tombstones(false, keptFor);
    }

    /// Let go of after some time, a day at least, to the day: memory and storage no longer grow with what
    /// was ever deleted. A client that was away for longer may still have what was deleted. It is told
    /// `version-mismatch`, with the version that it speaks: it stays away and tells its application, which
    /// must delete the local copy before it connects again. What it had edited offline is not taken.
    ///
    /// @param time how long somebody may be away; the server's clock decides
    public Tombstones keptFor(Duration time) {
        return new Tombstones(newcomers, time);
    }
}
