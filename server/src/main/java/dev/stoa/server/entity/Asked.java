package dev.stoa.server.entity;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// A command in a mailbox, with whoever waits for its answer. Thread-safe. Two are never equal, so that one
/// can be taken out of a mailbox again.
final class Asked {
    private final Command<?> command;
    private final @Nullable CompletableFuture<Record> waiting;

    private Asked(Command<?> command, @Nullable CompletableFuture<Record> waiting) {
        this.command = command;
        this.waiting = waiting;
    }

    static Asked of(Command<?> command, CompletableFuture<Record> waiting) {
        return new Asked(command, waiting);
    }

    static Asked told(Command<?> command) {
        return new Asked(command, null);
    }

    /// For turns that the runtime takes by itself.
    static Asked nobody() {
        return new Asked(new Nothing(), null);
    }

    Command<?> command() {
        return command;
    }

    /// Whether the asker has its answer or has given up.
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
        refuse(ProtocolException.ofPeer(ErrorCode.UNAVAILABLE, why, null));
    }

    /// Its turn is over; whoever still waits was forgotten.
    void unanswered() {
        if (!isOver()) {
            refuse(ProtocolException.of(ErrorCode.INTERNAL, "the command was not answered"));
        }
    }

    private record Nothing() implements Command<Done> {}
}
