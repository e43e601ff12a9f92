package dev.stoa.server.room;

import dev.stoa.server.entity.Placement;
import dev.stoa.server.store.EntityId;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Which rooms of an instance are active on this node. Thread-safe; as large as what is in memory, apart from
/// rooms that have gone to rest since somebody last asked.
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

    boolean isActive(EntityId room, Placement placement, long now, Duration idleTtl) {
        Sign sign = signs.get(room);
        return sign != null && placement.isActive(room) && sign.isActive(now, idleTtl);
    }

    /// How many are active; forgets those that have left memory.
    long active(Placement placement, long now, Duration idleTtl) {
        long active = 0;
        for (Map.Entry<EntityId, Sign> entry : signs.entrySet()) {
            if (!placement.isActive(entry.getKey())) {
                signs.remove(entry.getKey(), entry.getValue());
            } else if (entry.getValue().isActive(now, idleTtl)) {
                active++;
            }
        }
        return active;
    }
}
