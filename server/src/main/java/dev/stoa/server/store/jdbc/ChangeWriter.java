package dev.stoa.server.store.jdbc;

import dev.stoa.server.store.Change;
import dev.stoa.server.store.CodePoints;
import dev.stoa.server.store.Once;
import dev.stoa.server.store.Snapshot;
import dev.stoa.server.store.jdbc.Statements.Sql;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Writes what runs do besides appending. Statements of one kind are collected over all runs and sent
/// together. Confined to the writer.
final class ChangeWriter {
    private static final String BEHIND_ALL_KEYS =
            Character.toString(Character.MAX_CODE_POINT).repeat(513);

    private final Statements statements;
    private final Set<Sql> collected = EnumSet.noneOf(Sql.class);

    ChangeWriter(Statements statements) {
        this.statements = statements;
    }

    void collect(Run run) throws SQLException {
        Optional<Changes> changes = Changes.of(run);
        if (changes.isPresent()) {
            collect(run.log(), changes.get());
        }
        if (run.deletesEntity()) {
            add(Sql.DROP_LOG, statement -> statement.setLong(1, run.log()));
            add(Sql.DROP_ENTITY, statement -> statement.setLong(1, run.log()));
            add(Sql.DELETE_ENTITY, statement -> statement.setLong(1, run.log()));
        }
    }

    private void collect(long log, Changes changes) throws SQLException {
        for (var row : changes.rows().entrySet()) {
            collectRow(log, row);
        }
        for (String prefix : changes.deletedPrefixes()) {
            String end = CodePoints.after(prefix);
            add(Sql.DELETE_ONCES, statement -> {
                statement.setLong(1, log);
                statement.setString(2, prefix);
                statement.setString(3, end == null ? BEHIND_ALL_KEYS : end);
            });
        }
        for (Once once : changes.onces()) {
            add(Sql.PUT_ONCE, statement -> {
                statement.setLong(1, log);
                statement.setString(2, once.key());
                statement.setLong(3, once.expiresAt());
                statement.setBytes(4, once.body());
            });
        }
        collectCheckpoints(log, changes);
        collectSnapshots(log, changes);
        for (var erased : changes.erasedTypes().entrySet()) {
            add(Sql.ERASE_RECORDS, statement -> {
                statement.setLong(1, log);
                statement.setString(2, erased.getKey());
                statement.setLong(3, erased.getValue());
            });
        }
        for (long dropped : changes.droppedLogs()) {
            add(Sql.DROP_LOG, statement -> statement.setLong(1, dropped));
        }
    }

    private void collectRow(long log, Map.Entry<String, Optional<byte[]>> row) throws SQLException {
        if (row.getValue().isPresent()) {
            byte[] body = row.getValue().get();
            add(Sql.PUT_ROW, statement -> {
                statement.setString(1, row.getKey());
                statement.setBytes(2, body);
                statement.setLong(3, log);
            });
        } else {
            add(Sql.DELETE_ROW, statement -> {
                statement.setString(1, row.getKey());
                statement.setLong(2, log);
            });
        }
    }

    /// A part takes the place of the same part of a checkpoint that is of no use any more, so that freeing a large
    /// one takes as many commits as writing one.
    private void collectCheckpoints(long log, Changes changes) throws SQLException {
        for (Change.PutCheckpoint put : changes.checkpoints()) {
            if (put.part() == 0) {
                add(Sql.BEGIN_CHECKPOINT, statement -> {
                    statement.setLong(1, log);
                    statement.setLong(2, put.offset());
                });
            }
            add(Sql.PUT_CHECKPOINT, statement -> {
                statement.setLong(1, log);
                statement.setLong(2, put.offset());
                statement.setInt(3, put.part());
                statement.setInt(4, put.isLast() ? 1 : 0);
                statement.setLong(5, Checksum.of(log, put));
                statement.setBytes(6, put.body());
            });
            add(Sql.FORGET_CHECKPOINTS, statement -> {
                statement.setLong(1, log);
                statement.setLong(2, put.offset());
                statement.setInt(3, put.part());
                statement.setInt(4, put.isLast() ? Integer.MAX_VALUE : put.part());
                statement.setLong(5, log);
            });
        }
    }

    private void collectSnapshots(long log, Changes changes) throws SQLException {
        if (changes.deletesSnapshots()) {
            add(Sql.DROP_SNAPSHOTS, statement -> statement.setLong(1, log));
            add(Sql.NEXT_SNAPSHOT_LIFE, statement -> statement.setLong(1, log));
        }
        for (Snapshot snapshot : changes.snapshots()) {
            add(Sql.PUT_SNAPSHOT, statement -> {
                statement.setString(1, snapshot.id());
                statement.setLong(2, snapshot.offset());
                statement.setLong(3, snapshot.at());
                statement.setBytes(4, snapshot.body());
                statement.setLong(5, log);
            });
        }
    }

    private void add(Sql sql, Filling filling) throws SQLException {
        PreparedStatement statement = statements.get(sql);
        filling.fill(statement);
        statement.addBatch();
        collected.add(sql);
    }

    /// Sends what was collected, in an order that is right for every run: deletions before what replaces
    /// them, the entity last.
    void execute() throws SQLException {
        for (Sql sql : ORDER) {
            if (collected.remove(sql)) {
                statements.get(sql).executeBatch();
            }
        }
    }

    void clear() {
        collected.clear();
    }

    private static final Sql[] ORDER = {
        Sql.DELETE_ROW,
        Sql.PUT_ROW,
        Sql.DELETE_ONCES,
        Sql.PUT_ONCE,
        Sql.BEGIN_CHECKPOINT,
        Sql.PUT_CHECKPOINT,
        Sql.FORGET_CHECKPOINTS,
        Sql.DROP_SNAPSHOTS,
        Sql.NEXT_SNAPSHOT_LIFE,
        Sql.PUT_SNAPSHOT,
        Sql.ERASE_RECORDS,
        Sql.DROP_LOG,
        Sql.DROP_ENTITY,
        Sql.DELETE_ENTITY
    };

    private interface Filling {
        void fill(PreparedStatement statement) throws SQLException;
    }
}
