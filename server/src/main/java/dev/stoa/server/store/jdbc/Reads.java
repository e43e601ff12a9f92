package dev.stoa.server.store.jdbc;

import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/// Runs queries within the read timeout, blocking the caller. Thread-safe.
interface Reads extends AutoCloseable {
    /// @throws dev.stoa.server.store.StoreException when it fails or takes too long
    <T> T read(Function<Handle, T> query);

    @Override
    void close();
}
