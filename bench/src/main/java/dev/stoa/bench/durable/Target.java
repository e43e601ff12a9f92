package dev.stoa.bench.durable;

/// Something that makes messages durable. Thread-safe.
interface Target extends AutoCloseable {
    int BODY_BYTES = 200;

    /// @param log which log it goes to, from 0
    /// @param done called once when it is durable, on any thread
    void append(int log, Runnable done) throws Exception;

    @Override
    void close() throws Exception;
}
