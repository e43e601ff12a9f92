package dev.stoa.server.store.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/// Gives out numbers that nobody was given before. They are taken from the database in blocks; what a
/// process does not use of its block is lost. Thread-safe.
final class Numbers {
    static final int BLOCK = 1000;

    private final LongSupplier nextBlock;
    private final ReentrantLock lock = new ReentrantLock();
    private long next;
    private long end;

    /// @param nextBlock blocks while it takes the next block; answers its first number
    Numbers(LongSupplier nextBlock) {
        this.nextBlock = nextBlock;
    }

    long next() {
        lock.lock();
        try {
            if (next == end) {
                next = nextBlock.getAsLong();
                end = next + BLOCK;
            }
            return next++;
        } finally {
            lock.unlock();
        }
    }

    static long takeBlock(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet taken =
                        statement.executeQuery("update number set next = next + " + BLOCK + " returning next")) {
            if (!taken.next()) {
                throw new SQLException("the table of numbers is empty");
            }
            return taken.getLong(1) - BLOCK;
        }
    }
}
