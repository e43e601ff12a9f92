package dev.stoa.server.store.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import javax.sql.DataSource;

/// Brings a database's tables to the version that this code knows. The same migrations serve both databases;
/// placeholders stand for what they call differently.
final class Schema {
    /// The newest migration.
    static final String VERSION = "2";

    static final Map<String, String> SQLITE =
            Map.of("id", "integer primary key", "text", "text", "bytes", "blob", "clustered", "without rowid");
    static final Map<String, String> POSTGRESQL =
            Map.of("id", "bigint primary key", "text", "text collate \"C\"", "bytes", "bytea", "clustered", "");

    private static final String HISTORY = "stoa_schema";

    private Schema() {}

    /// Migrates only when there is something to do: a look costs a millisecond, and loading Flyway with all its
    /// modules some hundred.
    ///
    /// @param schema the tables' schema with a dot, or nothing
    /// @param where the database, in messages
    static void prepare(DataSource source, String schema, Map<String, String> words, String where) {
        if (!isCurrent(source, schema)) {
            Migrations.run(source, schema, HISTORY, words, where);
        }
    }

    private static boolean isCurrent(DataSource source, String schema) {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet newest = statement.executeQuery("select version, success from " + schema + HISTORY
                        + " where version is not null order by installed_rank desc limit 1")) {
            return newest.next() && newest.getString(1).equals(VERSION) && newest.getBoolean(2);
        } catch (SQLException _) {
            // no such table, or something that Flyway says better
            return false;
        }
    }
}
