package dev.stoa.server.store.jdbc;

import dev.stoa.server.store.StoreException;
import java.sql.Connection;
import java.sql.SQLException;

/// The database behind a store: how to connect, read and explain its failures. Thread-safe.
interface Backend extends AutoCloseable {
    /// A connection for the one writer, without automatic commits. The caller closes it.
    Connection connectWriter() throws SQLException;

    /// How appends are written.
    ///
    /// @param batched as any database can
    /// @param node that writes
    default Appends appends(Connection writer, BatchedAppends batched, String node) {
        return batched;
    }

    Reads reads();

    /// Says what failed, for an operator: the thing, the reason and what to do.
    ///
    /// @param doing what was tried, like `cannot write`
    StoreException failure(String doing, Throwable cause);

    /// Lets go of the database; the writer and its connection are gone already.
    @Override
    void close();
}
