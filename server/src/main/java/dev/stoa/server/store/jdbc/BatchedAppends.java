package dev.stoa.server.store.jdbc;

import dev.stoa.server.store.Header;
import dev.stoa.server.store.LogRecord;
import dev.stoa.server.store.jdbc.Statements.Sql;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// A batch for each table, one after the other: right for a database in the same process. Confined to the
/// writer.
final class BatchedAppends implements Appends {
    private final Statements statements;
    private final String node;

    BatchedAppends(Statements statements, String node) {
        this.statements = statements;
        this.node = node;
    }

    @Override
    public Set<Run> append(List<Run> runs) throws SQLException {
        PreparedStatement statement = statements.get(Sql.UPDATE_HEADER);
        for (Run run : runs) {
            bindHeader(statement, run);
            bindOwner(statement, 9, run);
            statement.setLong(12, run.first().previousOffset());
            statement.addBatch();
        }
        int[] counts = statement.executeBatch();
        Set<Run> admitted = HashSet.newHashSet(runs.size());
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] == 1) {
                admitted.add(runs.get(i));
            }
        }
        insert(admitted);
        return admitted;
    }

    static void bindHeader(PreparedStatement statement, Run run) throws SQLException {
        Header header = run.header();
        statement.setString(1, header.epoch());
        statement.setString(2, header.status());
        statement.setLong(3, header.firstOffset());
        statement.setLong(4, header.lastOffset());
        statement.setLong(5, header.lastAt());
        statement.setLong(6, header.wakeAt());
        statement.setString(7, Counters.write(header.counters()));
        statement.setLong(8, run.last().owner().sequence());
    }

    static void bindOwner(PreparedStatement statement, int at, Run run) throws SQLException {
        statement.setLong(at, run.first().previousLog());
        statement.setLong(at + 1, run.owner().fence());
        statement.setLong(at + 2, run.owner().sequence() - 1);
    }

    /// Inserts the records of runs whose headers are written, and adds to the totals.
    void insert(Iterable<Run> runs) throws SQLException {
        records(runs);
        totals(runs);
    }

    private void records(Iterable<Run> runs) throws SQLException {
        PreparedStatement statement = statements.get(Sql.INSERT_RECORD);
        boolean any = false;
        for (Run run : runs) {
            for (Item.Writing writing : run.writes()) {
                for (LogRecord record : writing.write().records()) {
                    statement.setLong(1, run.log());
                    statement.setLong(2, record.offset());
                    statement.setString(3, record.type());
                    statement.setLong(4, record.at());
                    statement.setString(5, record.label());
                    statement.setBytes(6, record.body());
                    statement.addBatch();
                    any = true;
                }
            }
        }
        if (any) {
            statement.executeBatch();
        }
    }

    private void totals(Iterable<Run> runs) throws SQLException {
        Map<String, Map<String, Long>> sums = new TreeMap<>();
        for (Run run : runs) {
            run.counted()
                    .forEach((name, count) -> sums.computeIfAbsent(run.id().kind(), _ -> new TreeMap<>())
                            .merge(name, count, Long::sum));
        }
        if (sums.isEmpty()) {
            return;
        }
        PreparedStatement statement = statements.get(Sql.ADD_TOTAL);
        for (var ofKind : sums.entrySet()) {
            for (var sum : ofKind.getValue().entrySet()) {
                statement.setString(1, ofKind.getKey());
                statement.setString(2, sum.getKey());
                statement.setString(3, node);
                statement.setLong(4, sum.getValue());
                statement.addBatch();
            }
        }
        statement.executeBatch();
    }
}
