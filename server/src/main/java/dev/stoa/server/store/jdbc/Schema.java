package dev.stoa.server.store.jdbc;

import dev.stoa.server.store.StoreException;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/// Brings a database's tables to the version that this code knows. The same migrations serve both databases;
/// placeholders stand for what they call differently.
final class Schema {
    static final Map<String, String> SQLITE =
            Map.of("id", "integer primary key", "text", "text", "bytes", "blob", "clustered", "without rowid");
    static final Map<String, String> POSTGRESQL =
            Map.of("id", "bigint primary key", "text", "text collate \"C\"", "bytes", "bytea", "clustered", "");

    private static final String HISTORY = "stoa_schema";

    private Schema() {}

    /// @param where the database, in messages
    static void migrate(FluentConfiguration configuration, DataSource source, Map<String, String> words, String where) {
        Flyway flyway = configuration
                .dataSource(source)
                .locations("classpath:dev/stoa/server/store/jdbc")
                .table(HISTORY)
                .placeholders(words)
                .cleanDisabled(true)
                .load();
        try {
            MigrationInfoService info = flyway.info();
            refuseNewer(info.all(), where);
            if (info.pending().length > 0) {
                flyway.migrate();
            } else {
                flyway.validate();
            }
        } catch (FlywayException e) {
            throw new StoreException("cannot prepare the tables of %s: %s".formatted(where, e.getMessage()), e);
        }
    }

    private static void refuseNewer(MigrationInfo[] all, String where) {
        MigrationVersion known = MigrationVersion.EMPTY;
        MigrationVersion applied = MigrationVersion.EMPTY;
        for (MigrationInfo migration : all) {
            MigrationVersion version = migration.getVersion();
            if (version == null) {
                continue;
            }
            if (migration.getState().isResolved() && version.compareTo(known) > 0) {
                known = version;
            }
            if (migration.getState().isApplied() && version.compareTo(applied) > 0) {
                applied = version;
            }
        }
        if (applied.compareTo(known) > 0) {
            throw new StoreException(
                    "%s was written by a newer Stoa: its tables have version %s, and this one knows up to %s. Start the newer version; nothing was changed"
                            .formatted(where, applied, known));
        }
    }
}
