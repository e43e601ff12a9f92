package dev.stoa.bench.durable;

import dev.stoa.server.store.EntityId;
import dev.stoa.server.store.Header;
import dev.stoa.server.store.LogRecord;
import dev.stoa.server.store.Outcome;
import dev.stoa.server.store.Owner;
import dev.stoa.server.store.Store;
import dev.stoa.server.store.Write;
import java.util.List;
import java.util.Map;

/// The store as entities use it: each message a write with its header and a total. Thread-safe.
final class StoreTarget implements Target {
    private static final Map<String, Long> COUNTED = Map.of("messages", 1L);

    private final Store store;
    private final Log[] logs;

    StoreTarget(Store store, int logs) {
        this.store = store;
        this.logs = new Log[logs];
        for (int i = 0; i < logs; i++) {
            this.logs[i] = new Log(store, new EntityId("bench", "log " + i));
        }
    }

    @Override
    public void append(int log, Runnable done) {
        logs[log].append(done);
    }

    @Override
    public void close() {
        store.close();
    }

    /// One entity's owner. Thread-safe: writes are handed in under a lock, in their order.
    private static final class Log {
        private final Store store;
        private final EntityId id;
        private final long log;
        private Owner owner = new Owner(0, 1);
        private long offset;

        Log(Store store, EntityId id) {
            this.store = store;
            this.id = id;
            this.log = store.nextLog();
        }

        synchronized void append(Runnable done) {
            offset++;
            long now = offset;
            LogRecord record = new LogRecord(offset, "message", now, null, new byte[BODY_BYTES]);
            Header header =
                    new Header(log, "epoch", "active", 1, offset, now, Header.NEVER, Map.of("messages", offset));
            store.write(new Write(id, owner, header, List.of(record), List.of(), COUNTED), outcome -> {
                if (!(outcome instanceof Outcome.Committed)) {
                    throw new IllegalStateException("a write is " + outcome);
                }
                done.run();
            });
            owner = owner.next();
        }
    }
}
