package dev.stoa.server.store.jdbc;

import dev.stoa.server.store.Header;
import dev.stoa.server.store.LogRecord;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One statement of PostgreSQL's for everything, whose parameters are the columns of what is written: one way to
/// the database and back, instead of one for each table. Confined to the writer.
///
/// The logs are given once more, for the index on them: joined only, a plan might read all entities.
///
/// ```
///   given ──► owned: update entity … returning log ──┬──► insert into record
///   (headers)        (the owner's check)             ├──► insert into total
///                                                    └──► the logs whose owner is right
/// ```
final class JoinedAppends implements Appends {
    private static final String APPEND = """
            with given as (
                select * from unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::text[], ?::text[],
                        ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::text[], ?::bigint[])
                    as g (log, fence, sequence_before, offset_before, epoch, status,
                        first_offset, last_offset, last_at, wake_at, counters, sequence)),
            owned as (
                update entity e set epoch = g.epoch, status = g.status, first_offset = g.first_offset,
                    last_offset = g.last_offset, last_at = g.last_at, wake_at = g.wake_at, counters = g.counters,
                    sequence = g.sequence
                from given g
                where e.log = any (?) and e.log = g.log and e.fence = g.fence and e.sequence = g.sequence_before
                    and e.last_offset = g.offset_before
                returning e.log, e.kind),
            recorded as (
                insert into record (log, "offset", type, at, label, body)
                select r.* from unnest(?::bigint[], ?::bigint[], ?::text[], ?::bigint[], ?::text[], ?::bytea[])
                    as r (log, "offset", type, at, label, body)
                where r.log in (select log from owned)),
            counted as (
                insert into total (kind, name, node, value)
                select o.kind, c.name, ?, sum(c.value) from unnest(?::bigint[], ?::text[], ?::bigint[])
                    as c (log, name, value) join owned o on o.log = c.log
                group by o.kind, c.name order by o.kind, c.name
                on conflict (kind, name, node) do update set value = total.value + excluded.value)
            select log from owned""";

    private final Connection connection;
    private final String node;
    private @Nullable PreparedStatement prepared;

    JoinedAppends(Connection connection, String node) {
        this.connection = connection;
        this.node = node;
    }

    @Override
    public Set<Run> append(List<Run> runs) throws SQLException {
        Map<Long, Run> byLog = HashMap.newHashMap(runs.size());
        runs.forEach(run -> byLog.put(run.log(), run));
        PreparedStatement statement = prepared;
        if (statement == null) {
            statement = connection.prepareStatement(APPEND);
            prepared = statement;
        }
        int next = bindHeaders(statement, runs);
        next = bindRecords(statement, next, runs);
        bindCounts(statement, next, runs);
        Set<Run> admitted = HashSet.newHashSet(runs.size());
        try (ResultSet owned = statement.executeQuery()) {
            while (owned.next()) {
                admitted.add(byLog.get(owned.getLong(1)));
            }
        }
        return admitted;
    }

    @Override
    public boolean isOneStatement() {
        return true;
    }

    private int bindHeaders(PreparedStatement statement, List<Run> runs) throws SQLException {
        Column log = new Column("int8", runs.size());
        Column fence = new Column("int8", runs.size());
        Column sequenceBefore = new Column("int8", runs.size());
        Column offsetBefore = new Column("int8", runs.size());
        Column epoch = new Column("text", runs.size());
        Column status = new Column("text", runs.size());
        Column firstOffset = new Column("int8", runs.size());
        Column lastOffset = new Column("int8", runs.size());
        Column lastAt = new Column("int8", runs.size());
        Column wakeAt = new Column("int8", runs.size());
        Column counters = new Column("text", runs.size());
        Column sequence = new Column("int8", runs.size());
        for (Run run : runs) {
            Header header = run.header();
            log.add(run.log());
            fence.add(run.owner().fence());
            sequenceBefore.add(run.owner().sequence() - 1);
            offsetBefore.add(run.first().previousOffset());
            epoch.add(header.epoch());
            status.add(header.status());
            firstOffset.add(header.firstOffset());
            lastOffset.add(header.lastOffset());
            lastAt.add(header.lastAt());
            wakeAt.add(header.wakeAt());
            counters.add(Counters.write(header.counters()));
            sequence.add(run.last().owner().sequence());
        }
        return bind(
                statement,
                1,
                log,
                fence,
                sequenceBefore,
                offsetBefore,
                epoch,
                status,
                firstOffset,
                lastOffset,
                lastAt,
                wakeAt,
                counters,
                sequence,
                log);
    }

    private int bindRecords(PreparedStatement statement, int at, List<Run> runs) throws SQLException {
        Column log = new Column("int8", runs.size());
        Column offset = new Column("int8", runs.size());
        Column type = new Column("text", runs.size());
        Column time = new Column("int8", runs.size());
        Column label = new Column("text", runs.size());
        Column body = new Column("bytea", runs.size());
        for (Run run : runs) {
            for (Item.Writing writing : run.writes()) {
                for (LogRecord record : writing.write().records()) {
                    log.add(run.log());
                    offset.add(record.offset());
                    type.add(record.type());
                    time.add(record.at());
                    label.add(record.label());
                    body.add(record.body());
                }
            }
        }
        return bind(statement, at, log, offset, type, time, label, body);
    }

    private void bindCounts(PreparedStatement statement, int at, List<Run> runs) throws SQLException {
        Column log = new Column("int8", runs.size());
        Column name = new Column("text", runs.size());
        Column value = new Column("int8", runs.size());
        for (Run run : runs) {
            run.counted().forEach((counter, count) -> {
                log.add(run.log());
                name.add(counter);
                value.add(count);
            });
        }
        statement.setString(at, node);
        bind(statement, at + 1, log, name, value);
    }

    private int bind(PreparedStatement statement, int at, Column... columns) throws SQLException {
        int next = at;
        for (Column column : columns) {
            statement.setArray(next, connection.createArrayOf(column.type, column.array()));
            next++;
        }
        return next;
    }

    /// The values of one column, as PostgreSQL takes them.
    private static final class Column {
        private final String type;
        private final List<@Nullable Object> values;

        Column(String type, int size) {
            this.type = type;
            this.values = new ArrayList<>(size);
        }

        void add(@Nullable Object value) {
            values.add(value);
        }

        @Nullable
        Object[] array() {
            return switch (type) {
                case "int8" -> values.toArray(new Long[0]);
                case "text" -> values.toArray(new String[0]);
                default -> values.toArray(new byte[0][]);
            };
        }
    }
}
