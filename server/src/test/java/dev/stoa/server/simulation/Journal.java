package dev.stoa.server.simulation;

import dev.stoa.server.store.EntityId;
import dev.stoa.server.store.LogRecord;
import dev.stoa.server.store.Write;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What was committed, in order, trimmed and deleted records included. Confined to the world's thread.
public final class Journal {
    private final Map<Long, Log> logs = new HashMap<>();

    /// One log as it was written.
    ///
    /// @param entity whose it is
    public record Log(EntityId entity, long number, List<LogRecord> records) {
        public long lastOffset() {
            return records.size();
        }
    }

    /// @throws AssertionError when the log would have a hole, or go on in another entity
    void committed(Write write) {
        long number = write.header().log();
        Log log = logs.computeIfAbsent(number, _ -> new Log(write.id(), number, new ArrayList<>()));
        if (!log.entity.equals(write.id())) {
            throw new AssertionError(write.id() + " writes to the log of " + log.entity);
        }
        for (LogRecord record : write.records()) {
            if (record.offset() != log.lastOffset() + 1) {
                throw new AssertionError("record " + record.offset() + " follows " + log.lastOffset());
            }
            log.records.add(record);
        }
        if (write.header().lastOffset() != log.lastOffset()) {
            throw new AssertionError(
                    "the header ends at " + write.header().lastOffset() + ", the log at " + log.lastOffset());
        }
    }

    /// Whether a log was ever written to.
    public boolean has(long number) {
        return logs.containsKey(number);
    }

    public Log log(long number) {
        return logs.get(number);
    }

    public Collection<Log> logs() {
        return logs.values();
    }
}
