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

/// Runs the migrations that a database lacks, with Flyway, which only this class names. Stateless.
final class Migrations {
    private Migrations() {}

    /// @param schema the tables' schema with a dot, or nothing
    /// @param history the table that says what was done
    /// @param words what placeholders stand for
    /// @param where the database, in messages
    static void run(DataSource source, String schema, String history, Map<String, String> words, String where) {
        FluentConfiguration configuration = Flyway.configure()
                .dataSource(source)
                .locations("classpath:dev/stoa/server/store/jdbc")
                .table(history)
                .placeholders(words)
                .connectRetries(0)
                .cleanDisabled(true);
        if (!schema.isEmpty()) {
            String name = schema.substring(0, schema.length() - 1);
            configuration.schemas(name).defaultSchema(name).createSchemas(true);
        }
        try {
            Flyway flyway = configuration.load();
            MigrationInfoService migrations = flyway.info();
            refuseNewer(migrations.all(), where);
            flyway.migrate();
        } catch (FlywayException e) {
            throw new StoreException("cannot prepare the tables of %s: %s".formatted(where, e.getMessage()), e);
        }
    }

    private static void refuseNewer(MigrationInfo[] migrations, String where) {
        MigrationVersion known = MigrationVersion.fromVersion(Schema.VERSION);
        for (MigrationInfo migration : migrations) {
            MigrationVersion version = migration.getVersion();
            if (version != null && migration.getState().isApplied() && version.compareTo(known) > 0) {
                throw new StoreException(
                        "%s was written by a newer Stoa: its tables have version %s, and this one knows up to %s. Start the newer version; nothing was changed"
                                .formatted(where, version, known));
            }
        }
    }
}
