package dev.stoa.server.room;

import dev.stoa.server.entity.CommandCodec;
import dev.stoa.server.entity.Turn;
import dev.stoa.server.store.Change;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// When the room's present life began: with the first that was kept of it. Confined to the room's mailbox.
final class Beginning {
    private static final String ROW = "began";

    private @Nullable Began began;

    private record Began(long at) {}

    void load(Map<String, byte[]> rows) {
        byte[] row = rows.get(ROW);
        began = row == null ? null : CommandCodec.read(row, Began.class);
    }

    /// The turn is done; if something is kept now and nothing was before, the life has begun.
    void noted(Turn turn) {
        if (began == null && turn.exists()) {
            began = new Began(turn.now());
            turn.change(new Change.PutRow(ROW, CommandCodec.write(began)));
        }
    }

    /// Another life begins in this turn.
    void forget() {
        began = null;
    }

    /// Now, while nothing is kept.
    Instant at(Turn turn) {
        return Instant.ofEpochMilli(began == null ? turn.now() : began.at);
    }
}
