package dev.stoa.server.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.ColonPrefixSqlParser;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.SqlParser;
import org.jdbi.v3.core.statement.SqlStatements;

/// Frees what nobody can read any more, a little at a time: one call is one short transaction of the writer.
/// Confined to the writer.
final class Sweeper {
    /// Most rows of one kind that a call deletes.
    static final int CHUNK = 256;
    /// Fewer of these: each may be large.
    private static final int SNAPSHOTS = 16;

    private static final int PARTS = 16;

    /// Remembers the statements it has taken apart, which costs more than running them.
    private final SqlParser parser = new ColonPrefixSqlParser();

    /// @return whether there is more to do
    boolean sweep(Connection connection, long now) throws SQLException {
        Jdbi jdbi = Jdbi.create(new Borrowed(connection));
        jdbi.getConfig(SqlStatements.class).setSqlParser(parser);
        try (Handle handle = jdbi.open()) {
            // each step says whether it is done; all of them get their turn
            boolean done = expiredOnces(handle, now);
            done &= trimmedRecords(handle);
            done &= erasedRecords(handle);
            done &= dropped(handle);
            return !done;
        }
    }

    private static boolean expiredOnces(Handle handle, long now) {
        record Expired(long log, String key) {}
        List<Expired> found = handle.createQuery("""
                        select log, key from once
                        where expires_at < :now and expires_at < 9223372036854775807
                        order by expires_at limit :chunk""")
                .bind("now", now)
                .bind("chunk", CHUNK)
                .map((row, _) -> new Expired(row.getLong(1), row.getString(2)))
                .list();
        if (!found.isEmpty()) {
            PreparedBatch deletions =
                    handle.prepareBatch("delete from once where log = :log and key = :key and expires_at < :now");
            found.forEach(once -> deletions
                    .bind("log", once.log())
                    .bind("key", once.key())
                    .bind("now", now)
                    .add());
            deletions.execute();
        }
        return found.size() < CHUNK;
    }

    private static boolean trimmedRecords(Handle handle) {
        record Trimmed(long log, long firstOffset) {}
        var found = handle.createQuery("""
                        select log, first_offset from entity where freed_offset < first_offset limit :chunk""")
                .bind("chunk", CHUNK)
                .map((row, _) -> new Trimmed(row.getLong(1), row.getLong(2)))
                .list();
        int left = CHUNK;
        for (Trimmed trimmed : found) {
            left -= deleteRecords(handle, trimmed.log(), trimmed.firstOffset(), left);
            if (left <= 0) {
                return false;
            }
            handle.createUpdate("update entity set freed_offset = :first where log = :log")
                    .bind("first", trimmed.firstOffset())
                    .bind("log", trimmed.log())
                    .execute();
        }
        return found.size() < CHUNK;
    }

    private static int deleteRecords(Handle handle, long log, long before, int limit) {
        return handle.createUpdate("""
                        delete from record where log = :log and "offset" in (
                            select "offset" from record where log = :log and "offset" < :before
                            order by "offset" limit :limit)""")
                .bind("log", log)
                .bind("before", before)
                .bind("limit", limit)
                .execute();
    }

    private static boolean erasedRecords(Handle handle) {
        record Erased(long log, String type, long lastOffset) {}
        var found = handle.createQuery("select log, type, last_offset from erased limit 1")
                .map((row, _) -> new Erased(row.getLong(1), row.getString(2), row.getLong(3)))
                .findOne();
        if (found.isEmpty()) {
            return true;
        }
        Erased erased = found.get();
        int freed = handle.createUpdate("""
                        delete from record where log = :log and "offset" in (
                            select "offset" from record where log = :log and type = :type and "offset" <= :last
                            order by "offset" limit :chunk)""")
                .bind("log", erased.log())
                .bind("type", erased.type())
                .bind("last", erased.lastOffset())
                .bind("chunk", CHUNK)
                .execute();
        if (freed < CHUNK) {
            handle.createUpdate("delete from erased where log = :log and type = :type and last_offset = :last")
                    .bind("log", erased.log())
                    .bind("type", erased.type())
                    .bind("last", erased.lastOffset())
                    .execute();
        }
        return false;
    }

    private static boolean dropped(Handle handle) {
        record Dropped(String what, long owner, long life) {}
        var found = handle.createQuery("select what, owner, life from dropped limit 1")
                .map((row, _) -> new Dropped(row.getString(1), row.getLong(2), row.getLong(3)))
                .findOne();
        if (found.isEmpty()) {
            return true;
        }
        Dropped dropped = found.get();
        boolean freed = switch (dropped.what()) {
            case "log" -> freeLog(handle, dropped.owner());
            case "entity" -> freeEntity(handle, dropped.owner());
            default -> freeSnapshots(handle, dropped.owner(), dropped.life());
        };
        if (freed) {
            handle.createUpdate("delete from dropped where what = :what and owner = :owner and life = :life")
                    .bind("what", dropped.what())
                    .bind("owner", dropped.owner())
                    .bind("life", dropped.life())
                    .execute();
        }
        return false;
    }

    private static boolean freeLog(Handle handle, long log) {
        if (deleteRecords(handle, log, Long.MAX_VALUE, CHUNK) == CHUNK) {
            return false;
        }
        int onces =
                handle.createUpdate("""
                        delete from once where log = :log and key in (
                            select key from once where log = :log order by key limit :chunk)""").bind("log", log).bind("chunk", CHUNK).execute();
        int parts =
                handle.createUpdate("""
                        delete from checkpoint where log = :log and ("offset", part) in (
                            select "offset", part from checkpoint where log = :log order by "offset", part limit :chunk)""").bind("log", log).bind("chunk", PARTS).execute();
        handle.createUpdate("delete from erased where log = :log")
                .bind("log", log)
                .execute();
        return onces < CHUNK && parts < PARTS;
    }

    private static boolean freeEntity(Handle handle, long entity) {
        int rows = handle.createUpdate("""
                        delete from entity_row where entity = :entity and key in (
                            select key from entity_row where entity = :entity order by key limit :chunk)""")
                .bind("entity", entity)
                .bind("chunk", CHUNK)
                .execute();
        if (rows == CHUNK) {
            return false;
        }
        return freeSnapshots(handle, entity, Long.MAX_VALUE);
    }

    private static boolean freeSnapshots(Handle handle, long entity, long lastLife) {
        record Kept(long life, String id) {}
        List<Kept> found = handle.createQuery("""
                        select life, id from snapshot where entity = :entity and life <= :life
                        order by life, id limit :chunk""")
                .bind("entity", entity)
                .bind("life", lastLife)
                .bind("chunk", SNAPSHOTS)
                .map((row, _) -> new Kept(row.getLong(1), row.getString(2)))
                .list();
        if (!found.isEmpty()) {
            PreparedBatch deletions =
                    handle.prepareBatch("delete from snapshot where entity = :entity and life = :life and id = :id");
            found.forEach(snapshot -> deletions
                    .bind("entity", entity)
                    .bind("life", snapshot.life())
                    .bind("id", snapshot.id())
                    .add());
            deletions.execute();
        }
        return found.size() < SNAPSHOTS;
    }

    /// The writer's connection and transaction, which end with the writer and not with a handle.
    private record Borrowed(Connection connection) implements ConnectionFactory {
        @Override
        public Connection openConnection() {
            return connection;
        }

        @Override
        public void closeConnection(Connection borrowed) {
            // the writer goes on with it
        }
    }
}
