package dev.stoa.client.room;

import dev.stoa.client.RequestOptions;
import dev.stoa.client.link.Scheduler;
import dev.stoa.protocol.RawJson;
import dev.stoa.protocol.room.RoomMessages.SetAwareness;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/// This device's awareness, told anew before the server forgets it, which is after 30 s without word. Confined
/// to the attachment's lock.
final class Awareness {
    private static final Duration REFRESH = Duration.ofSeconds(15);

    private final ReentrantLock lock;
    private final Setting setting;
    private final String clientId;
    private RawJson state = RawJson.NULL;
    private Scheduler.Timer timer = () -> {};
    private boolean attached;

    Awareness(ReentrantLock lock, Setting setting, String clientId) {
        this.lock = lock;
        this.setting = setting;
        this.clientId = clientId;
    }

    SetAwareness message(RawJson newState) {
        return new SetAwareness(setting.address().room(), setting.address().kindOnWire(), clientId, newState);
    }

    /// The server knows this state now.
    void told(RawJson newState) {
        state = newState;
        schedule();
    }

    /// There is a connection in the room, which knows nothing yet.
    void attach() {
        attached = true;
        tell();
    }

    void detach() {
        attached = false;
        timer.cancel();
    }

    private void tell() {
        if (!state.isNull()) {
            setting.client()
                    .requestAsync(
                            Wire.SET_AWARENESS,
                            message(state),
                            RequestOptions.none().withoutQueueing());
            schedule();
        }
    }

    private void schedule() {
        timer.cancel();
        if (attached && !state.isNull()) {
            timer = setting.tools().scheduler().schedule(REFRESH, this::refresh);
        }
    }

    private void refresh() {
        lock.lock();
        try {
            if (attached) {
                tell();
            }
        } finally {
            lock.unlock();
        }
    }
}
