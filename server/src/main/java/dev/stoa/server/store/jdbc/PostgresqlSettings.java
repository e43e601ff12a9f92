package dev.stoa.server.store.jdbc;

import java.time.Duration;
import java.util.regex.Pattern;

/// Where a store on PostgreSQL keeps its tables. Immutable. It prints without the password.
///
/// @param url like `jdbc:postgresql://host:5432/database`
/// @param schema the tables' schema; made when missing; lower-case letters, digits and `_`
/// @param connections most connections for reading; the writer has one more
/// @param readTimeout how long a read may take, its wait for a connection included
/// @param writeTimeout how long a statement of a commit may take; also how long to wait for a connection
public record PostgresqlSettings(
        String url,
        String user,
        String password,
        String schema,
        int connections,
        Duration readTimeout,
        Duration writeTimeout,
        WriteLimits limits) {
    private static final Pattern SCHEMA = Pattern.compile("[a-z_][a-z0-9_]{0,62}");

    public PostgresqlSettings {
        if (!url.startsWith("jdbc:postgresql:")) {
            throw new IllegalArgumentException("a PostgreSQL address starts with jdbc:postgresql:");
        }
        if (!SCHEMA.matcher(schema).matches()) {
            throw new IllegalArgumentException(
                    "a schema's name has 1 to 63 lower-case letters, digits and _, unlike \"" + schema + "\"");
        }
        if (connections < 1) {
            throw new IllegalArgumentException("at least one connection reads, not " + connections);
        }
        if (readTimeout.toMillis() < 250 || writeTimeout.toMillis() < 250) {
            throw new IllegalArgumentException(
                    "timeouts are 250 ms or longer, not " + readTimeout + ", " + writeTimeout);
        }
    }

    /// What suits most: schema `stoa`, eight connections, 30 s for reads and writes.
    public static PostgresqlSettings of(String url, String user, String password) {
        return new PostgresqlSettings(
                url, user, password, "stoa", 8, Duration.ofSeconds(30), Duration.ofSeconds(30), WriteLimits.USUAL);
    }

    public PostgresqlSettings inSchema(String schema) {
        return new PostgresqlSettings(url, user, password, schema, connections, readTimeout, writeTimeout, limits);
    }

    public PostgresqlSettings withLimits(WriteLimits limits) {
        return new PostgresqlSettings(url, user, password, schema, connections, readTimeout, writeTimeout, limits);
    }

    public PostgresqlSettings withTimeouts(Duration readTimeout, Duration writeTimeout) {
        return new PostgresqlSettings(url, user, password, schema, connections, readTimeout, writeTimeout, limits);
    }

    @Override
    public String toString() {
        return "PostgresqlSettings[schema=%s, connections=%d, readTimeout=%s, writeTimeout=%s, limits=%s]"
                .formatted(schema, connections, readTimeout, writeTimeout, limits);
    }
}
