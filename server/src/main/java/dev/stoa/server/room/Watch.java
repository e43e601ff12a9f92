package dev.stoa.server.room;

import dev.stoa.protocol.ProtocolException;
import dev.stoa.server.entity.Turn;
import dev.stoa.server.port.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// What an instance lets be seen of its rooms' life: log lines, and operations for an observer. Thread-safe.
final class Watch {
    private static final System.Logger LOG = System.getLogger(Rooms.class.getName());

    private final Observability wanted;
    private final RoomObserver observer;
    private final AtomicLong operations = new AtomicLong();

    Watch(Observability wanted, RoomObserver observer) {
        this.wanted = wanted;
        this.observer = observer;
    }

    /// Notes an event in a room's life, once it is kept.
    void lived(RoomEntity room, String what, Turn turn) {
        if (wanted.logs()) {
            turn.then(() -> LOG.log(System.Logger.Level.INFO, "{0} {1}", room.id(), what));
        }
    }

    /// Whether the next operation is to be told, so that the wanted share is.
    private boolean samples() {
        if (!wanted.traces() || observer == RoomObserver.NONE) {
            return false;
        }
        long number = operations.incrementAndGet();
        return Math.floor(number * wanted.sampleRatio()) > Math.floor((number - 1) * wanted.sampleRatio());
    }

    /// Does what a room was asked, and tells the observer of it.
    void during(RoomEntity room, RoomCommand<?> asked, Turn turn, Timers timers, Runnable work) {
        if (asked instanceof RoomCommand.Tick || !samples()) {
            work.run();
            return;
        }
        Began began = new Began(Instant.ofEpochMilli(turn.now()), timers.nanoTime());
        try {
            work.run();
        } catch (ProtocolException refused) {
            tell(room, asked, began, timers, refused.code());
            throw refused;
        }
        turn.then(() -> tell(room, asked, began, timers, null));
    }

    private record Began(Instant at, long nanos) {}

    private void tell(RoomEntity room, RoomCommand<?> asked, Began began, Timers timers, @Nullable String error) {
        try {
            observer.onOperation(new RoomObserver.Operation(
                    room.kind(),
                    room.name(),
                    asked.getClass().getSimpleName(),
                    began.at,
                    Duration.ofNanos(timers.nanoTime() - began.nanos),
                    error));
        } catch (RuntimeException broken) {
            LOG.log(System.Logger.Level.WARNING, "the observer of rooms failed", broken);
        }
    }
}
