package dev.stoa.server.store.jdbc;

import dev.stoa.server.store.Checkpoint;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// CRC-32C of a checkpoint and of the place it belongs to, so that neither a flipped bit nor a body under
/// another key passes.
final class Checksum {
    private Checksum() {}

    static long of(long log, Checkpoint checkpoint) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(16)
                .putLong(log)
                .putLong(checkpoint.offset())
                .flip());
        crc.update(checkpoint.body());
        return crc.getValue();
    }
}
