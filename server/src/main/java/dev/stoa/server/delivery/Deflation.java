package dev.stoa.server.delivery;

import dev.stoa.protocol.ByteBuilder;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/// Compresses and expands messages for `permessage-deflate` without context takeover (RFC 7692), so that
/// each message stands alone and a compressed one can be shared by all its recipients.
///
/// Confined to one event loop, which owns one for all its connections.
public final class Deflation implements AutoCloseable {
    private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};
    private static final int CHUNK_BYTES = 8192;
    private static final int LEVEL = 3;

    private final Deflater deflater = new Deflater(LEVEL, true);
    private final Inflater inflater = new Inflater(true);
    private final byte[] chunk = new byte[CHUNK_BYTES];

    void deflate(byte[] text, int offset, int length, ByteBuilder out) {
        deflater.reset();
        deflater.setInput(text, offset, length);
        ByteBuilder raw = new ByteBuilder(0, length / 2);
        int made;
        do {
            made = deflater.deflate(chunk, 0, chunk.length, Deflater.SYNC_FLUSH);
            raw.write(chunk, 0, made);
        } while (made == chunk.length);
        out.write(raw.array(), 0, raw.length() - TAIL.length);
    }

    /// Expands one message.
    ///
    /// @param limit bytes beyond which expansion stops
    /// @return the text, or an array of `limit + 1` bytes when it would be longer than `limit`
    /// @throws DataFormatException when the input is not deflated data
    public byte[] inflate(byte[] data, int limit) throws DataFormatException {
        inflater.reset();
        ByteBuilder out = new ByteBuilder(0, Math.min(data.length * 3, limit) + 1);
        expand(data, out, limit);
        expand(TAIL, out, limit);
        if (out.length() > limit) {
            return java.util.Arrays.copyOf(out.toByteArray(), limit + 1);
        }
        return out.toByteArray();
    }

    private void expand(byte[] data, ByteBuilder out, int limit) throws DataFormatException {
        inflater.setInput(data);
        while (out.length() <= limit) {
            int made = inflater.inflate(chunk);
            if (made == 0) {
                return;
            }
            out.write(chunk, 0, made);
        }
    }

    @Override
    public void close() {
        deflater.end();
        inflater.end();
    }
}
