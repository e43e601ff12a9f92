package dev.stoa.server.room;

import dev.stoa.server.store.EntityId;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Which rooms of an instance are active on this node. Thread-safe; as large as what is in memory.
final class Census {
    private final Map<EntityId, Sign> signs = new ConcurrentHashMap<>();

    /// What a room lets be seen of itself. Written by the room, read by anybody.
    static final class Sign {
        private volatile boolean living;
        private volatile boolean connected;
        private volatile long lastActivityAt;

        /// @param isLiving whether there is such a room, and it is not destroyed
        /// @param activityAt wall-clock milliseconds of the last operation
        void show(boolean isLiving, boolean isConnected, long activityAt) {
            living = isLiving;
            connected = isConnected;
            lastActivityAt = activityAt;
        }

        private boolean isActive(long now, Duration idleTtl) {
            return living && (connected || now - lastActivityAt < idleTtl.toMillis());
        }
    }

    void enter(EntityId room, Sign sign) {
        signs.put(room, sign);
    }

    /// The room has left memory, and may have come back already.
    void leave(EntityId room, Sign sign) {
        signs.remove(room, sign);
    }

    boolean isActive(EntityId room, long now, Duration idleTtl) {
        Sign sign = signs.get(room);
        return sign != null && sign.isActive(now, idleTtl);
    }

    long active(long now, Duration idleTtl) {
        return signs.values().stream()
                .filter(sign -> sign.isActive(now, idleTtl))
                .count();
    }
}
