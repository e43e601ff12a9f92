package dev.stoa.bench.durable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/// The limits to compare with: a file that is appended to and flushed, and rows that are inserted.
final class Limits {
    private static final byte[] BODY = new byte[Target.BODY_BYTES];

    private Limits() {}

    /// Append and `fdatasync`, one for each batch.
    static Target fsync(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        return new Batches(new Batches.Commit() {
            @Override
            public void commit(List<Batches.Message> batch) throws IOException {
                ByteBuffer bytes = ByteBuffer.allocateDirect(batch.size() * BODY.length);
                while (bytes.hasRemaining()) {
                    bytes.put(BODY);
                }
                bytes.flip();
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(false);
                batch.forEach(message -> message.done().run());
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        });
    }

    /// A batch of inserts and one commit, for each batch.
    static Target jdbc(Connection connection) throws SQLException {
        Rows rows = new Rows(connection);
        return new Batches(new Batches.Commit() {
            @Override
            public void commit(List<Batches.Message> batch) throws SQLException {
                for (Batches.Message message : batch) {
                    rows.bind(message.log());
                    rows.insert.addBatch();
                }
                rows.insert.executeBatch();
                connection.commit();
                batch.forEach(message -> message.done().run());
            }

            @Override
            public void close() throws SQLException {
                connection.close();
            }
        });
    }

    /// One insert and one commit for each message.
    static Target single(Connection connection) throws SQLException {
        Rows rows = new Rows(connection);
        return new Batches(new Batches.Commit() {
            @Override
            public void commit(List<Batches.Message> batch) throws SQLException {
                for (Batches.Message message : batch) {
                    rows.bind(message.log());
                    rows.insert.executeUpdate();
                    connection.commit();
                    message.done().run();
                }
            }

            @Override
            public void close() throws SQLException {
                connection.close();
            }
        });
    }

    /// The rows that the store writes for a message, in its own table.
    private static final class Rows {
        private final PreparedStatement insert;
        private final long[] offsets = new long[1000];

        Rows(Connection connection) throws SQLException {
            insert = connection.prepareStatement(
                    "insert into record (log, \"offset\", type, at, label, body) values (?, ?, ?, ?, ?, ?)");
        }

        void bind(int log) throws SQLException {
            insert.setLong(1, 1L + log);
            insert.setLong(2, ++offsets[log]);
            insert.setString(3, "message");
            insert.setLong(4, System.currentTimeMillis());
            insert.setString(5, null);
            insert.setBytes(6, BODY);
        }
    }
}
