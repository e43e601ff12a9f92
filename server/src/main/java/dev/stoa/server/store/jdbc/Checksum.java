package dev.stoa.server.store.jdbc;

import dev.stoa.server.store.Change;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// CRC-32C of a part of a checkpoint and of the place it belongs to, so that neither a flipped bit nor a body
/// under another key passes.
final class Checksum {
    private Checksum() {}

    static long of(long log, Change.PutCheckpoint put) {
        CRC32C crc = new CRC32C();
        ByteBuffer place = ByteBuffer.allocate(24).putLong(log).putLong(put.offset());
        if (put.part() > 0 || !put.isLast()) {
            place.putInt(put.part()).putInt(put.isLast() ? 1 : 0);
        }
        crc.update(place.flip());
        crc.update(put.body());
        return crc.getValue();
    }
}
