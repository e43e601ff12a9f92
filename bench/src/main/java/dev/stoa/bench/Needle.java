package dev.stoa.bench;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/// A short ASCII text to look for in a buffer. Immutable.
final class Needle {
    private final byte[] bytes;

    Needle(String text) {
        this.bytes = text.getBytes(StandardCharsets.US_ASCII);
    }

    boolean startsAt(ByteBuf in, int index, int end) {
        if (end - index < bytes.length) {
            return false;
        }
        for (int i = 0; i < bytes.length; i++) {
            if (in.getByte(index + i) != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    /// Where the first occurrence within from..end ends, or -1.
    int endOfFirst(ByteBuf in, int from, int end) {
        for (int i = from; i <= end - bytes.length; i++) {
            if (in.getByte(i) == bytes[0] && startsAt(in, i, end)) {
                return i + bytes.length;
            }
        }
        return -1;
    }
}
