package dev.stoa.bench;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Outbound frames being put together on the heap, where single bytes are cheap; they leave in one copy. Confined to
/// one thread.
final class Draft {
    private static final int FIRST_BYTES = 16 * 1024;

    private byte[] bytes = new byte[FIRST_BYTES];
    private int end;
    private long timestampMillis;
    private byte[] timestamp = {};

    /// Starts a text frame of `length` bytes, 65,535 at most.
    Draft text(int length) {
        ensure(length + 4);
        bytes[end++] = (byte) 0x81;
        if (length < 126) {
            bytes[end++] = (byte) length;
        } else {
            bytes[end++] = 126;
            bytes[end++] = (byte) (length >>> 8);
            bytes[end++] = (byte) length;
        }
        return this;
    }

    Draft add(byte[] source) {
        return add(source, 0, source.length);
    }

    Draft add(byte[] source, int from, int to) {
        ensure(to - from);
        System.arraycopy(source, from, bytes, end, to - from);
        end += to - from;
        return this;
    }

    /// Adds the wall clock in milliseconds, 13 digits.
    Draft addTimestamp() {
        long now = System.currentTimeMillis();
        if (now != timestampMillis) {
            timestampMillis = now;
            timestamp = Long.toString(now).getBytes(StandardCharsets.US_ASCII);
        }
        return add(timestamp);
    }

    int size() {
        return end;
    }

    void moveTo(ByteBuf out) {
        out.writeBytes(bytes, 0, end);
        end = 0;
    }

    private void ensure(int more) {
        if (end + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * (end + more));
        }
    }
}
