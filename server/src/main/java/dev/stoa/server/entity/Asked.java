package dev.stoa.server.entity;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// A command in a mailbox, with whoever waits for its answer. Thread-safe.
///
/// @param command null for the entity's alarm
/// @param waiting null when nobody waits
record Asked(@Nullable Command<?> command, @Nullable CompletableFuture<Record> waiting) {
    static Asked alarm() {
        return new Asked(null, null);
    }

    /// Whether the asker has given up.
    boolean isOver() {
        return waiting != null && waiting.isDone();
    }

    void answer(Record result) {
        if (waiting != null) {
            waiting.complete(result);
        }
    }

    void refuse(Throwable reason) {
        if (waiting != null) {
            waiting.completeExceptionally(reason);
        }
    }

    void unavailable(String why) {
        refuse(ProtocolException.of(ErrorCode.UNAVAILABLE, why));
    }
}
