package dev.stoa.server.document.lww;

import dev.stoa.protocol.ByteBuilder;

/// Whole numbers from 0 on, seven bits a byte, the lowest first; the high bit says that another byte
/// follows.
final class Varint {
    private Varint() {}

    static void write(long value, ByteBuilder out) {
        long rest = value;
        while (rest > 0x7F) {
            out.write((int) (rest | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    /// Reads numbers one after the other. Confined to one thread.
    static final class Reader {
        private final byte[] bytes;
        private int at;

        Reader(byte[] bytes) {
            this.bytes = bytes;
        }

        /// The position of the next byte.
        int at() {
            return at;
        }

        boolean isAtEnd() {
            return at == bytes.length;
        }

        /// @throws IllegalArgumentException when the bytes end within it
        long next() {
            long value = 0;
            for (int shift = 0; shift < 63; shift += 7) {
                if (at == bytes.length) {
                    break;
                }
                byte read = bytes[at++];
                value |= (long) (read & 0x7F) << shift;
                if (read >= 0) {
                    return value;
                }
            }
            throw new IllegalArgumentException("a number is cut off at byte " + at);
        }

        /// A number of bytes that must be there.
        int nextLength() {
            long length = next();
            if (length > bytes.length - at) {
                throw new IllegalArgumentException(length + " bytes are not there at byte " + at);
            }
            return (int) length;
        }

        /// Passes over some bytes.
        ///
        /// @return where they begin
        int pass(int length) {
            int from = at;
            at += length;
            return from;
        }
    }
}
