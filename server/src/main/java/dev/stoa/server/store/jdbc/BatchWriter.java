package dev.stoa.server.store.jdbc;

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
import java.util.Set;

/// The statements of one transaction, in their order: headers first, which checks the owners and locks out
/// others, then everything that belongs to runs whose owners were right. Confined to the writer; plain JDBC,
/// because this is the store's hot path.
final class BatchWriter {
    private final Statements statements;
    private final Appends appends;
    private final BatchedAppends rest;
    private final ChangeWriter changes;

    /// @param appends how runs are appended to logs that go on
    BatchWriter(Statements statements, Appends appends, BatchedAppends rest) {
        this.statements = statements;
        this.appends = appends;
        this.rest = rest;
        this.changes = new ChangeWriter(statements);
    }

    /// Writes runs and claims. What is only appended may be committed at once, when one statement does it: there is
    /// nothing left for a commit then. Everything else waits for one.
    Written write(List<Run> runs, List<Item.Claim> claims) throws SQLException {
        Map<Run, Outcome> outcomes = HashMap.newHashMap(runs.size());
        for (Run run : admitted(runs, claims, outcomes)) {
            changes.collect(run);
        }
        changes.execute();
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
    private List<Run> admitted(List<Run> runs, List<Item.Claim> claims, Map<Run, Outcome> outcomes)
            throws SQLException {
        List<Run> sorted = new ArrayList<>(runs);
        sorted.sort(Comparator.comparingLong(Run::log));
        List<Run> goingOn = new ArrayList<>(runs.size());
        List<Run> beginnings = new ArrayList<>(0);
        List<Run> creations = new ArrayList<>(0);
        for (Run run : sorted) {
            (run.creates() ? creations : run.beginsLog() ? beginnings : goingOn).add(run);
        }
        List<Run> admitted = new ArrayList<>(runs.size());
        if (!goingOn.isEmpty()) {
            boolean alone = claims.isEmpty()
                    && goingOn.size() == runs.size()
                    && goingOn.stream().noneMatch(Run::hasChanges);
            Set<Run> owned =
                    alone && appends.isOneStatement() ? appendedAndCommitted(goingOn) : appends.append(goingOn);
            for (Run run : goingOn) {
                judge(run, owned.contains(run), admitted, outcomes);
            }
        }
        int appended = admitted.size();
        admit(Sql.BEGIN_LOG, beginnings, admitted, outcomes);
        admit(Sql.CREATE, creations, admitted, outcomes);
        if (admitted.size() > appended) {
            rest.insert(admitted.subList(appended, admitted.size()));
        }
        return admitted;
    }

    private Set<Run> appendedAndCommitted(List<Run> runs) throws SQLException {
        connection().setAutoCommit(true);
        Set<Run> owned;
        try {
            owned = appends.append(runs);
        } catch (SQLException | RuntimeException | Error e) {
            try {
                connection().setAutoCommit(false);
            } catch (SQLException broken) {
                e.addSuppressed(broken);
            }
            throw e;
        }
        connection().setAutoCommit(false);
        return owned;
    }

    private void admit(Sql sql, List<Run> runs, List<Run> admitted, Map<Run, Outcome> outcomes) throws SQLException {
        if (runs.isEmpty()) {
            return;
        }
        PreparedStatement statement = statements.get(sql);
        List<Run> sent = new ArrayList<>(runs.size());
        for (Run run : runs) {
            if (run.first().previousOffset() != 0) {
                outcomes.put(run, refusal(run));
                continue;
            }
            BatchedAppends.bindHeader(statement, run);
            if (sql == Sql.BEGIN_LOG) {
                statement.setLong(9, run.log());
                BatchedAppends.bindOwner(statement, 10, run);
            } else {
                bindIdentity(statement, run);
            }
            statement.addBatch();
            sent.add(run);
        }
        if (sent.isEmpty()) {
            return;
        }
        int[] counts = statement.executeBatch();
        for (int i = 0; i < counts.length; i++) {
            judge(sent.get(i), counts[i] == 1, admitted, outcomes);
        }
    }

    private static void bindIdentity(PreparedStatement statement, Run run) throws SQLException {
        statement.setLong(9, run.log());
        statement.setLong(10, run.log());
        statement.setString(11, run.id().kind());
        statement.setString(12, run.id().name());
    }

    private void judge(Run run, boolean owned, List<Run> admitted, Map<Run, Outcome> outcomes) throws SQLException {
        if (owned) {
            admitted.add(run);
            outcomes.put(run, new Outcome.Committed());
        } else {
            outcomes.put(run, refusal(run));
        }
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
