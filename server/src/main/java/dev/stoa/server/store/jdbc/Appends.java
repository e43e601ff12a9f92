package dev.stoa.server.store.jdbc;

import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/// Writes what most runs are: records behind those that are there. Confined to the writer; plain JDBC, because
/// this is the store's hot path.
interface Appends {
    /// Updates headers, which checks the owners and locks out others, and for those whose owner is right inserts
    /// the records and adds to the totals.
    ///
    /// @param runs of different entities, none of which creates its entity or begins a log; at least one
    /// @return those whose owner is right
    Set<Run> append(List<Run> runs) throws SQLException;

    /// Whether [#append] is one statement, which a connection with automatic commits makes durable by itself.
    default boolean isOneStatement() {
        return false;
    }
}
