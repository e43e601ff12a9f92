package dev.stoa.bench;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A short ASCII text to look for among bytes. Immutable.
final class Needle {
    private final byte[] bytes;

    Needle(String text) {
        this.bytes = text.getBytes(StandardCharsets.US_ASCII);
    }

    boolean startsAt(byte[] in, int index, int end) {
        int stop = index + bytes.length;
        return stop <= end && Arrays.equals(in, index, stop, bytes, 0, bytes.length);
    }

    /// Where the first occurrence within from..end ends, or -1.
    int endOfFirst(byte[] in, int from, int end) {
        for (int i = from; i <= end - bytes.length; i++) {
            if (in[i] == bytes[0] && startsAt(in, i, end)) {
                return i + bytes.length;
            }
        }
        return -1;
    }
}
