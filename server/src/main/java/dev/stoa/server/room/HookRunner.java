package dev.stoa.server.room;

import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.server.port.Timers;
import dev.stoa.server.store.EntityId;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Runs the application's hooks, each on a virtual thread of its own, and waits for it no longer than the
/// instance allows for one turn of a room: a hook that hangs is interrupted and left alone, and the room goes
/// on. Confined to the room's mailbox.
final class HookRunner {
    private static final System.Logger LOG = System.getLogger(HookRunner.class.getName());

    private final Rooms rooms;
    private final RoomHooks hooks;
    private long usedNanos;

    HookRunner(Rooms rooms) {
        this.rooms = rooms;
        this.hooks = rooms.hooks();
    }

    boolean hasHooks() {
        return hooks != RoomHooks.NONE;
    }

    /// The turn is over.
    void rest() {
        usedNanos = 0;
    }

    /// @throws ProtocolException when the hook fails: what it threw itself, `PERMISSION_DENIED` for any other
    ///     exception, `DEADLINE_EXCEEDED` when it takes too long
    void run(String what, EntityId room, Hall.HookCall call, HookRoom view) {
        Timers timers = rooms.runtime().timers();
        long left = rooms.options().hookTimeout().toNanos() - usedNanos;
        if (left <= 0) {
            throw tooLong(what);
        }
        FutureTask<Void> task = new FutureTask<>(() -> {
            call.on(hooks, view);
            return null;
        });
        long began = timers.nanoTime();
        Timers.Timeout timeout = timers.schedule(Duration.ofNanos(left), () -> task.cancel(true));
        try {
            rooms.runtime().threads().execute(task);
            task.get();
        } catch (CancellationException late) {
            throw tooLong(what);
        } catch (ExecutionException failed) {
            throw refusal(what, room, Objects.requireNonNullElse(failed.getCause(), failed));
        } catch (InterruptedException interrupted) {
            task.cancel(true);
            Thread.currentThread().interrupt();
            throw ProtocolException.of(ErrorCode.UNAVAILABLE, "the server is stopping");
        } finally {
            timeout.cancel();
            usedNanos += Math.max(0, timers.nanoTime() - began);
        }
    }

    private ProtocolException tooLong(String what) {
        return ProtocolException.of(
                ErrorCode.DEADLINE_EXCEEDED,
                "the application's " + what + " took longer than "
                        + rooms.options().hookTimeout().toMillis() + " ms");
    }

    private static ProtocolException refusal(String what, EntityId room, Throwable cause) {
        if (cause instanceof ProtocolException known) {
            return known;
        }
        LOG.log(System.Logger.Level.WARNING, what + " failed in " + room, cause);
        return ProtocolException.of(ErrorCode.PERMISSION_DENIED, "not let in");
    }
}
