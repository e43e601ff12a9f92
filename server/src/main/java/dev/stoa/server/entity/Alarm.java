package dev.stoa.server.entity;

import dev.stoa.server.port.Timers;
import dev.stoa.server.store.Header;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The timer of the moment at which an entity must be awake. Confined to the mailbox; it rings on the timers'
/// thread.
final class Alarm {
    private final Timers timers;
    private final Runnable ring;
    private long at = Header.NEVER;
    private Timers.@Nullable Timeout timeout;

    Alarm(Timers timers, Runnable ring) {
        this.timers = timers;
        this.ring = ring;
    }

    /// @param millis wall-clock time; [Header#NEVER] for none
    void set(long millis) {
        if (millis == at) {
            return;
        }
        cancel();
        at = millis;
        if (millis != Header.NEVER) {
            timeout = timers.schedule(Duration.ofMillis(Math.max(0, millis - timers.millis())), ring);
        }
    }

    void cancel() {
        at = Header.NEVER;
        if (timeout != null) {
            timeout.cancel();
            timeout = null;
        }
    }
}
