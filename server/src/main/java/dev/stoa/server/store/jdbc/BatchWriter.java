package dev.stoa.server.store.jdbc;

import dev.stoa.server.store.Header;
import dev.stoa.server.store.LogRecord;
import dev.stoa.server.store.Outcome;
import dev.stoa.server.store.StoreException;
import dev.stoa.server.store.jdbc.Statements.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;

/// The statements of one transaction, in their order: headers first, which checks the owners and locks out
/// others, then everything that belongs to runs whose owners were right. Confined to the writer; plain JDBC,
/// because this is the store's hot path.
final class BatchWriter {
    private final Statements statements;
    private final ChangeWriter changes;
    private final String node;

    BatchWriter(Statements statements, String node) {
        this.statements = statements;
        this.changes = new ChangeWriter(statements);
        this.node = node;
    }

    /// Writes runs and claims, without committing.
    Written write(List<Run> runs, List<Item.Claim> claims) throws SQLException {
        Map<Run, Outcome> outcomes = HashMap.newHashMap(runs.size());
        List<Run> admitted = headers(runs, outcomes);
        records(admitted);
        for (Run run : admitted) {
            changes.collect(run);
        }
        changes.execute();
        totals(admitted);
        Map<Item.Claim, OptionalLong> fences = HashMap.newHashMap(claims.size());
        for (Item.Claim claim : claims) {
            fences.put(claim, claim(claim));
        }
        return new Written(outcomes, fences);
    }

    void clear() throws SQLException {
        changes.clear();
        statements.clear();
    }

    Connection connection() {
        return statements.connection();
    }

    void close() throws SQLException {
        statements.close();
    }

    /// In the order of log numbers, so that two nodes that write the same entities do not lock crosswise.
    private List<Run> headers(List<Run> runs, Map<Run, Outcome> outcomes) throws SQLException {
        List<Run> updates = new ArrayList<>(runs.size());
        List<Run> beginnings = new ArrayList<>(0);
        List<Run> creations = new ArrayList<>(0);
        for (Run run : runs) {
            (run.creates() ? creations : run.beginsLog() ? beginnings : updates).add(run);
        }
        List<Run> admitted = new ArrayList<>(runs.size());
        admit(Sql.UPDATE_HEADER, updates, admitted, outcomes);
        admit(Sql.BEGIN_LOG, beginnings, admitted, outcomes);
        admit(Sql.CREATE, creations, admitted, outcomes);
        return admitted;
    }

    private void admit(Sql sql, List<Run> runs, List<Run> admitted, Map<Run, Outcome> outcomes) throws SQLException {
        if (runs.isEmpty()) {
            return;
        }
        runs.sort(Comparator.comparingLong(Run::log));
        PreparedStatement statement = statements.get(sql);
        List<Run> sent = new ArrayList<>(runs.size());
        for (Run run : runs) {
            if (sql != Sql.UPDATE_HEADER && run.first().previousOffset() != 0) {
                outcomes.put(run, refusal(run));
                continue;
            }
            bindHeader(statement, run);
            switch (sql) {
                case UPDATE_HEADER -> bindOwner(statement, 9, run);
                case BEGIN_LOG -> {
                    statement.setLong(9, run.log());
                    bindOwner(statement, 10, run);
                }
                default -> bindIdentity(statement, run);
            }
            statement.addBatch();
            sent.add(run);
        }
        if (sent.isEmpty()) {
            return;
        }
        int[] counts = statement.executeBatch();
        for (int i = 0; i < counts.length; i++) {
            Run run = sent.get(i);
            if (counts[i] == 1) {
                admitted.add(run);
                outcomes.put(run, new Outcome.Committed());
            } else {
                outcomes.put(run, refusal(run));
            }
        }
    }

    private static void bindHeader(PreparedStatement statement, Run run) throws SQLException {
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

    private static void bindOwner(PreparedStatement statement, int at, Run run) throws SQLException {
        statement.setLong(at, run.first().previousLog());
        statement.setLong(at + 1, run.owner().fence());
        statement.setLong(at + 2, run.owner().sequence() - 1);
        if (!run.beginsLog()) {
            statement.setLong(at + 3, run.first().previousOffset());
        }
    }

    private static void bindIdentity(PreparedStatement statement, Run run) throws SQLException {
        statement.setLong(9, run.log());
        statement.setLong(10, run.log());
        statement.setString(11, run.id().kind());
        statement.setString(12, run.id().name());
    }

    /// Tells an owner that was overtaken from one whose records do not follow.
    private Outcome refusal(Run run) throws SQLException {
        PreparedStatement statement = statements.get(Sql.OWNERSHIP);
        statement.setString(1, run.id().kind());
        statement.setString(2, run.id().name());
        try (ResultSet found = statement.executeQuery()) {
            boolean exists = found.next();
            if (run.creates()) {
                return exists || run.first().previousOffset() == 0 ? new Outcome.Fenced() : misplaced(run, 0);
            }
            boolean owned = exists
                    && found.getLong(1) == run.owner().fence()
                    && found.getLong(2) == run.owner().sequence() - 1
                    && found.getLong(3) == run.first().previousLog();
            return owned ? misplaced(run, run.beginsLog() ? 0 : found.getLong(4)) : new Outcome.Fenced();
        }
    }

    private static Outcome misplaced(Run run, long lastOffset) {
        return new Outcome.Failed(new StoreException("in %s, what follows record %d was given after record %d"
                .formatted(run.id(), run.first().previousOffset(), lastOffset)));
    }

    private void records(List<Run> runs) throws SQLException {
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

    private void totals(List<Run> runs) throws SQLException {
        Map<String, Map<String, Long>> sums = new TreeMap<>();
        for (Run run : runs) {
            for (Item.Writing writing : run.writes()) {
                Map<String, Long> counted = writing.write().counted();
                if (!counted.isEmpty()) {
                    Map<String, Long> ofKind = sums.computeIfAbsent(run.id().kind(), _ -> new TreeMap<>());
                    counted.forEach((name, count) -> ofKind.merge(name, count, Long::sum));
                }
            }
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

    private OptionalLong claim(Item.Claim claim) throws SQLException {
        PreparedStatement statement = statements.get(Sql.CLAIM);
        statement.setString(1, claim.id().kind());
        statement.setString(2, claim.id().name());
        try (ResultSet claimed = statement.executeQuery()) {
            return claimed.next() ? OptionalLong.of(claimed.getLong(1)) : OptionalLong.empty();
        }
    }

    /// What becomes of runs and claims if the transaction is committed.
    record Written(Map<Run, Outcome> outcomes, Map<Item.Claim, OptionalLong> fences) {
        Outcome outcomeOf(Run run) {
            return Objects.requireNonNull(outcomes.get(run));
        }
    }
}
