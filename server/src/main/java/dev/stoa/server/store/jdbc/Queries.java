package dev.stoa.server.store.jdbc;

import dev.stoa.server.store.Change;
import dev.stoa.server.store.Checkpoint;
import dev.stoa.server.store.CodePoints;
import dev.stoa.server.store.EntityId;
import dev.stoa.server.store.EntityQuery;
import dev.stoa.server.store.Header;
import dev.stoa.server.store.LogRecord;
import dev.stoa.server.store.Once;
import dev.stoa.server.store.Scan;
import dev.stoa.server.store.Snapshot;
import dev.stoa.server.store.Store.Due;
import dev.stoa.server.store.Store.Entry;
import java.io.ByteArrayOutputStream;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.ResultIterator;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/// What can be asked, in the one SQL of both databases. What was trimmed, erased or dropped is hidden by
/// conditions: its rows may still be there. Stateless.
final class Queries {
    private static final System.Logger LOG = System.getLogger(Queries.class.getName());
    private static final int FETCHED_AT_ONCE = 256;

    private static final String HEADER = """
            log, epoch, status, first_offset, last_offset, last_at, wake_at, counters""";

    /// Records of a log from an offset, as far as they are to be seen.
    private static final String VISIBLE = """
            from record r
            where r.log = :log and r."offset" <= :to and r."offset" >= (
                    select case when e.first_offset > :from then e.first_offset else :from end
                    from entity e where e.log = :log)
                and not exists (
                    select 1 from erased x
                    where x.log = :log and x.type = r.type and x.last_offset >= r."offset")
            """;

    /// Finds the offset by halving, because times never fall along a log: each step looks at the first
    /// record from the middle of (lo, hi) on. `lo` is always old enough, `hi + 1` never is.
    private static final String LAST_AT = """
            with recursive step (lo, hi) as (
                select first_offset - 1, last_offset from entity where log = :log
                union all
                select case when r.at <= :at then (lo + hi + 1) / 2 else lo end,
                    case when r.at <= :at then hi else (lo + hi + 1) / 2 - 1 end
                from step left join record r on r.log = :log and r."offset" = (
                    select min(n."offset") from record n where n.log = :log and n."offset" >= (lo + hi + 1) / 2)
                where lo < hi
            )
            select r."offset", r.type, r.at, r.label, r.body
            """ + VISIBLE.replace(":to", "(select max(lo) from step)") + """
            order by r."offset" desc limit 1""";

    private Queries() {}

    static Optional<Header> header(Handle handle, EntityId id) {
        return handle.createQuery("select " + HEADER + " from entity where kind = :kind and name = :name")
                .bind("kind", id.kind())
                .bind("name", id.name())
                .map((found, _) -> header(found))
                .findOne();
    }

    private static Header header(ResultSet found) throws SQLException {
        return new Header(
                found.getLong("log"),
                found.getString("epoch"),
                found.getString("status"),
                found.getLong("first_offset"),
                found.getLong("last_offset"),
                found.getLong("last_at"),
                found.getLong("wake_at"),
                Counters.read(found.getString("counters")));
    }

    static Map<String, byte[]> rows(Handle handle, EntityId id) {
        return handle.createQuery("""
                        select w.key, w.body from entity e join entity_row w on w.entity = e.id
                        where e.kind = :kind and e.name = :name""")
                .bind("kind", id.kind())
                .bind("name", id.name())
                .map((found, _) -> Map.entry(found.getString(1), found.getBytes(2)))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /// The checkpoints of a log that are whole, newest first: at most two.
    static List<Checkpoint> checkpoints(Handle handle, long log) {
        List<Checkpoint> found = new ArrayList<>();
        for (long offset : finishedCheckpoints(handle, log)) {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            if (readCheckpoint(handle, log, offset, body::writeBytes)) {
                found.add(new Checkpoint(offset, body.toByteArray()));
            }
        }
        return found;
    }

    /// Where the checkpoints of a log stand that are whole, newest first: at most two.
    static List<Long> wholeCheckpoints(Handle handle, long log) {
        return finishedCheckpoints(handle, log).stream()
                .filter(offset -> readCheckpoint(handle, log, offset, _ -> {}))
                .toList();
    }

    private static List<Long> finishedCheckpoints(Handle handle, long log) {
        return handle.createQuery("""
                        select "offset" from checkpoint
                        where log = :log and is_last = 1 and exists (select 1 from entity e where e.log = :log)
                        order by "offset" desc limit 2""").bind("log", log).mapTo(Long.class).list();
    }

    /// Reads a checkpoint, a part at a time.
    ///
    /// @return whether it is whole
    private static boolean readCheckpoint(Handle handle, long log, long offset, Consumer<byte[]> to) {
        for (int part = 0; ; part++) {
            Optional<Change.PutCheckpoint> found = part(handle, log, offset, part);
            if (found.isEmpty()) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "the checkpoint of log {0} at {1} is damaged in part {2} and left out",
                        String.valueOf(log),
                        String.valueOf(offset),
                        part);
                return false;
            }
            to.accept(found.get().body());
            if (found.get().isLast()) {
                return true;
            }
        }
    }

    /// A part, if it is there and sound.
    private static Optional<Change.PutCheckpoint> part(Handle handle, long log, long offset, int part) {
        record Found(Change.PutCheckpoint put, long checksum) {}
        return handle.createQuery("""
                        select is_last, checksum, body from checkpoint
                        where log = :log and "offset" = :offset and part = :part""")
                .bind("log", log)
                .bind("offset", offset)
                .bind("part", part)
                .map((row, _) -> new Found(
                        new Change.PutCheckpoint(offset, part, row.getInt(1) == 1, row.getBytes(3)), row.getLong(2)))
                .findOne()
                .filter(found -> Checksum.of(log, found.put()) == found.checksum())
                .map(Found::put);
    }

    static List<LogRecord> read(Handle handle, long log, Scan scan) {
        String sql = """
                select r."offset", r.type, r.at, r.label, r.body
                """ + VISIBLE
                + (scan.types().isEmpty() ? "" : " and r.type in (<types>)")
                + (scan.labels().isEmpty() ? "" : " and r.label in (<labels>)")
                + " order by r.\"offset\"" + (scan.descending() ? " desc" : "") + " limit :limit";
        Query query = handle.createQuery(sql)
                .bind("log", log)
                .bind("from", scan.from())
                .bind("to", scan.to())
                .bind("limit", scan.limit())
                .setFetchSize(FETCHED_AT_ONCE);
        if (!scan.types().isEmpty()) {
            query.bindList("types", List.copyOf(scan.types()));
        }
        if (!scan.labels().isEmpty()) {
            query.bindList("labels", List.copyOf(scan.labels()));
        }
        if (scan.limit() <= FETCHED_AT_ONCE) {
            return upTo(scan.maxBytes(), query);
        }
        // PostgreSQL's driver fetches little by little only within a transaction
        return handle.inTransaction(_ -> upTo(scan.maxBytes(), query));
    }

    private static List<LogRecord> upTo(long maxBytes, Query query) {
        List<LogRecord> records = new ArrayList<>();
        try (ResultIterator<LogRecord> found =
                query.map((row, _) -> record(row)).iterator()) {
            long bytes = 0;
            while (bytes <= maxBytes && found.hasNext()) {
                LogRecord record = found.next();
                records.add(record);
                bytes += record.body().length;
            }
        }
        return records;
    }

    private static LogRecord record(ResultSet found) throws SQLException {
        return new LogRecord(
                found.getLong(1), found.getString(2), found.getLong(3), found.getString(4), found.getBytes(5));
    }

    static Optional<LogRecord> lastAt(Handle handle, long log, long at) {
        return handle.createQuery(LAST_AT)
                .bind("log", log)
                .bind("at", at)
                .bind("from", 1L)
                .map((found, _) -> record(found))
                .findOne();
    }

    static long count(Handle handle, long log, String type, long from, long to) {
        return handle.createQuery("select count(*) " + VISIBLE + " and r.type = :type")
                .bind("log", log)
                .bind("from", from)
                .bind("to", to)
                .bind("type", type)
                .mapTo(Long.class)
                .one();
    }

    static Optional<Once> once(Handle handle, long log, String key, long now) {
        return handle.createQuery("""
                        select key, expires_at, body from once
                        where log = :log and key = :key and expires_at >= :now
                            and exists (select 1 from entity e where e.log = :log)""")
                .bind("log", log)
                .bind("key", key)
                .bind("now", now)
                .map((found, _) -> new Once(found.getString(1), found.getLong(2), found.getBytes(3)))
                .findOne();
    }

    static List<Snapshot> snapshots(Handle handle, EntityId id, String before, int limit) {
        String sql = """
                select s.id, s."offset", s.at
                from entity e join snapshot s on s.entity = e.id and s.life = e.snapshot_life
                where e.kind = :kind and e.name = :name""" + (before.isEmpty() ? "" : " and s.id < :before") + " order by s.id desc limit :limit";
        Query query = handle.createQuery(sql)
                .bind("kind", id.kind())
                .bind("name", id.name())
                .bind("limit", limit);
        if (!before.isEmpty()) {
            query.bind("before", before);
        }
        return query.map(
                        (found, _) -> new Snapshot(found.getString(1), found.getLong(2), found.getLong(3), new byte[0]))
                .list();
    }

    static Optional<Snapshot> snapshot(Handle handle, EntityId id, String snapshotId) {
        return handle.createQuery("""
                        select s.id, s."offset", s.at, s.body
                        from entity e join snapshot s on s.entity = e.id and s.life = e.snapshot_life
                        where e.kind = :kind and e.name = :name and s.id = :id""")
                .bind("kind", id.kind())
                .bind("name", id.name())
                .bind("id", snapshotId)
                .map((found, _) ->
                        new Snapshot(found.getString(1), found.getLong(2), found.getLong(3), found.getBytes(4)))
                .findOne();
    }

    static List<Entry> entities(Handle handle, EntityQuery wanted) {
        String end = CodePoints.after(wanted.prefix());
        String after = wanted.after();
        // one lower bound only: with two, SQLite would start at either
        boolean goesOn = after != null && CodePoints.ORDER.compare(after, wanted.prefix()) >= 0;
        String sql = "select name, " + HEADER + " from entity where kind = :kind"
                + (goesOn ? " and name > :start" : " and name >= :start")
                + (end == null ? "" : " and name < :end")
                + (wanted.status() == null ? "" : " and status = :status")
                + " order by name limit :limit";
        Query query = handle.createQuery(sql)
                .bind("kind", wanted.kind())
                .bind("start", goesOn ? after : wanted.prefix())
                .bind("limit", wanted.limit());
        if (end != null) {
            query.bind("end", end);
        }
        if (wanted.status() != null) {
            query.bind("status", wanted.status());
        }
        return query.map((found, _) -> new Entry(new EntityId(wanted.kind(), found.getString("name")), header(found)))
                .list();
    }

    /// The kind is hidden from the planner: with an index on it, SQLite would look at all entities of the kind
    /// instead of at those that are due.
    static List<Due> due(Handle handle, Set<String> kinds, long now, @Nullable Due after, int limit) {
        List<String> wanted = List.copyOf(kinds);
        String among =
                IntStream.range(0, wanted.size()).mapToObj(i -> ":kind" + i).collect(Collectors.joining(", "));
        Query query = handle.createQuery("select kind, name, wake_at from entity"
                        + " where wake_at >= :since and wake_at <= :now and wake_at < 9223372036854775807"
                        + " and kind || '' in (" + among + ")"
                        + (after == null ? "" : " and (wake_at > :since or (kind || '', name) > (:kind, :name))")
                        + " order by wake_at, kind, name limit :limit")
                .bind("since", after == null ? Long.MIN_VALUE : after.since())
                .bind("now", now)
                .bind("limit", limit);
        for (int i = 0; i < wanted.size(); i++) {
            query.bind("kind" + i, wanted.get(i));
        }
        if (after != null) {
            query.bind("kind", after.id().kind()).bind("name", after.id().name());
        }
        return query.map((found, _) -> new Due(new EntityId(found.getString(1), found.getString(2)), found.getLong(3)))
                .list();
    }

    static Map<String, Long> totals(Handle handle, String kind) {
        return handle.createQuery("""
                        select name, cast(sum(value) as bigint) from total where kind = :kind
                        group by name having sum(value) <> 0""")
                .bind("kind", kind)
                .map((found, _) -> Map.entry(found.getString(1), found.getLong(2)))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
