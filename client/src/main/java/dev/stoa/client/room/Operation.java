package dev.stoa.client.room;

import dev.stoa.client.link.Scheduler;
import dev.stoa.protocol.Message;
import dev.stoa.protocol.RpcType;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Something asked of a room, until its one outcome. Confined to the lock of its attachment, but for the
/// outcome, which is thread-safe.
///
/// @param <Q> what is asked
/// @param <R> what is answered
final class Operation<Q, R> {
    static final long NEVER = -1;

    final RpcType<Q, R> type;
    final Q payload;
    final boolean repeatable;
    final Consumer<R> effect;
    final CompletableFuture<R> outcome = new CompletableFuture<>();
    Scheduler.Timer timer = () -> {};

    @Nullable
    CompletableFuture<Message<R>> flight;

    /// Which connection carried it last.
    long sentOn = NEVER;

    /// @param repeatable whether it may be sent again when its answer was lost
    /// @param effect what its answer changes here, under the attachment's lock
    Operation(RpcType<Q, R> type, Q payload, boolean repeatable, Consumer<R> effect) {
        this.type = type;
        this.payload = payload;
        this.repeatable = repeatable;
        this.effect = effect;
    }
}
