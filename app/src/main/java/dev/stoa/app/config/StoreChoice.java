package dev.stoa.app.config;

import dev.stoa.server.store.jdbc.PostgresqlSettings;
import org.jspecify.annotations.Nullable;

/// What rooms are kept in.
///
/// @param url of PostgreSQL, like `jdbc:postgresql://host/database`
/// @param user of PostgreSQL
/// @param passwordVariable the environment variable that holds PostgreSQL's password
/// @param schema of PostgreSQL
public record StoreChoice(
        Type type,
        @Nullable String url,
        @Nullable String user,
        @Nullable String passwordVariable,
        String schema) {
    /// Where it is.
    public enum Type {
        /// A file in the data folder.
        SQLITE,
        POSTGRESQL,
        /// Nowhere: everything ends with the process.
        MEMORY
    }

    public StoreChoice {
        boolean addressed = url != null || user != null || passwordVariable != null;
        if (type == Type.POSTGRESQL) {
            if (url == null || user == null || passwordVariable == null) {
                throw new IllegalArgumentException("type postgresql needs url, user and passwordVariable");
            }
            PostgresqlSettings.of(url, user, "").inSchema(schema);
        } else if (addressed) {
            throw new IllegalArgumentException("url, user and passwordVariable are for type postgresql only");
        }
    }

    public static StoreChoice memory() {
        return new StoreChoice(Type.MEMORY, null, null, null, "stoa");
    }
}
