package dev.stoa.server.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.Map;

/// The writer's statements, prepared once for the life of its connection. Confined to the writer.
final class Statements implements AutoCloseable {
    private final Connection connection;
    private final Map<Sql, PreparedStatement> prepared = new EnumMap<>(Sql.class);

    Statements(Connection connection) {
        this.connection = connection;
    }

    Connection connection() {
        return connection;
    }

    PreparedStatement get(Sql sql) throws SQLException {
        PreparedStatement statement = prepared.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql.text);
            prepared.put(sql, statement);
        }
        return statement;
    }

    /// Forgets what a failed batch has left in the statements.
    void clear() throws SQLException {
        for (PreparedStatement statement : prepared.values()) {
            statement.clearBatch();
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    enum Sql {
        UPDATE_HEADER("""
                update entity set epoch = ?, status = ?, first_offset = ?, last_offset = ?, last_at = ?, wake_at = ?,
                    counters = ?, sequence = ?
                where log = ? and fence = ? and sequence = ? and last_offset = ?"""),
        BEGIN_LOG("""
                update entity set epoch = ?, status = ?, first_offset = ?, last_offset = ?, last_at = ?, wake_at = ?,
                    counters = ?, sequence = ?, log = ?, freed_offset = 1
                where log = ? and fence = ? and sequence = ?"""),
        // selects its values: the PostgreSQL driver joins inserts of values, and then does not count them
        CREATE("""
                insert into entity (epoch, status, first_offset, last_offset, last_at, wake_at, counters, sequence, log,
                    id, kind, name, fence, freed_offset, snapshot_life)
                select ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 1, 0 where true
                on conflict (kind, name) do nothing"""),
        CLAIM("update entity set fence = fence + 1, sequence = 0 where kind = ? and name = ? returning fence"),
        OWNERSHIP("select fence, sequence, log, last_offset from entity where kind = ? and name = ?"),
        INSERT_RECORD("""
                insert into record (log, "offset", type, at, label, body) values (?, ?, ?, ?, ?, ?)"""),
        PUT_ROW("""
                insert into entity_row (entity, key, body) select id, ?, ? from entity where log = ?
                on conflict (entity, key) do update set body = excluded.body"""),
        DELETE_ROW("""
                delete from entity_row where key = ? and entity = (select id from entity where log = ?)"""),
        PUT_ONCE("""
                insert into once (log, key, expires_at, body) values (?, ?, ?, ?)
                on conflict (log, key) do update set expires_at = excluded.expires_at, body = excluded.body"""),
        DELETE_ONCES("delete from once where log = ? and key >= ? and key < ?"),
        BEGIN_CHECKPOINT("delete from checkpoint where log = ? and \"offset\" = ?"),
        PUT_CHECKPOINT("""
                insert into checkpoint (log, "offset", part, is_last, checksum, body) values (?, ?, ?, ?, ?, ?)
                on conflict (log, "offset", part) do update
                    set is_last = excluded.is_last, checksum = excluded.checksum, body = excluded.body"""),
        FORGET_CHECKPOINTS("""
                delete from checkpoint where log = ? and "offset" < ? and part between ? and ? and "offset" not in
                    (select "offset" from checkpoint where log = ? and is_last = 1
                     order by "offset" desc limit 2)"""),
        PUT_SNAPSHOT("""
                insert into snapshot (entity, life, id, "offset", at, body)
                    select id, snapshot_life, ?, ?, ?, ? from entity where log = ?
                on conflict (entity, life, id) do update
                    set "offset" = excluded."offset", at = excluded.at, body = excluded.body"""),
        DROP_SNAPSHOTS("""
                insert into dropped (what, owner, life) select 'snapshots', id, snapshot_life from entity where log = ?"""),
        NEXT_SNAPSHOT_LIFE("update entity set snapshot_life = snapshot_life + 1 where log = ?"),
        ERASE_RECORDS("""
                insert into erased (log, type, last_offset) values (?, ?, ?)
                on conflict (log, type) do update set last_offset = excluded.last_offset"""),
        DROP_LOG("insert into dropped (what, owner, life) values ('log', ?, 0)"),
        DROP_ENTITY("insert into dropped (what, owner, life) select 'entity', id, 0 from entity where log = ?"),
        DELETE_ENTITY("delete from entity where log = ?"),
        ADD_TOTAL("""
                insert into total (kind, name, node, value) values (?, ?, ?, ?)
                on conflict (kind, name, node) do update set value = total.value + excluded.value""");

        private final String text;

        Sql(String text) {
            this.text = text;
        }
    }
}
