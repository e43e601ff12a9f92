package dev.stoa.server.limit;

import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;

/// Walks round and round a table a few entries at a time, so that each newcomer pays for a little
/// clearing and nobody for a full sweep.
///
/// Thread-safe. Who finds another at work goes on without clearing.
final class ClockHand<K, V> {
    private final ConcurrentMap<K, V> table;
    private final ReentrantLock turn = new ReentrantLock();
    private Iterator<Map.Entry<K, V>> position;

    ClockHand(ConcurrentMap<K, V> table) {
        this.table = table;
        this.position = table.entrySet().iterator();
    }

    /// Shows the next `steps` entries, fewer when the table has fewer, to `visit`, which may remove
    /// them.
    void advance(int steps, BiConsumer<K, V> visit) {
        if (!turn.tryLock()) {
            return;
        }
        try {
            boolean wrapped = false;
            for (int i = 0; i < steps; i++) {
                if (!position.hasNext()) {
                    if (wrapped) {
                        return;
                    }
                    wrapped = true;
                    position = table.entrySet().iterator();
                    if (!position.hasNext()) {
                        return;
                    }
                }
                var entry = position.next();
                visit.accept(entry.getKey(), entry.getValue());
            }
        } finally {
            turn.unlock();
        }
    }
}
