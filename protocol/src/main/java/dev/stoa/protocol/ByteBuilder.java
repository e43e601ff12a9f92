package dev.stoa.protocol;

import java.io.OutputStream;
import java.util.Arrays;

/// A growing byte array with free room in front, so that a transport header can be put before the text
/// without copying.
///
/// Confined to one thread.
public final class ByteBuilder extends OutputStream {
    private final int headroom;
    private byte[] bytes;
    private int end;

    /// @param headroom bytes kept free in front
    /// @param capacity bytes expected after them
    public ByteBuilder(int headroom, int capacity) {
        this.headroom = headroom;
        this.bytes = new byte[headroom + capacity];
        this.end = headroom;
    }

    @Override
    public void write(int value) {
        ensure(1);
        bytes[end++] = (byte) value;
    }

    @Override
    public void write(byte[] source) {
        write(source, 0, source.length);
    }

    @Override
    public void write(byte[] source, int offset, int length) {
        ensure(length);
        System.arraycopy(source, offset, bytes, end, length);
        end += length;
    }

    /// Appends characters that are all ASCII.
    void ascii(String text) {
        int length = text.length();
        ensure(length);
        for (int i = 0; i < length; i++) {
            bytes[end++] = (byte) text.charAt(i);
        }
    }

    void decimal(long value) {
        ensure(20);
        if (value < 0) {
            ascii(Long.toString(value));
            return;
        }
        int digits = 1;
        for (long rest = value; rest >= 10; rest /= 10) {
            digits++;
        }
        for (int i = end + digits - 1; i >= end; i--) {
            bytes[i] = (byte) ('0' + value % 10);
            value /= 10;
        }
        end += digits;
    }

    /// The backing array; the text lies at [#headroom] for [#length] bytes.
    public byte[] array() {
        return bytes;
    }

    public int headroom() {
        return headroom;
    }

    /// Bytes written, headroom not counted.
    public int length() {
        return end - headroom;
    }

    /// A copy of the text alone.
    public byte[] toByteArray() {
        return Arrays.copyOfRange(bytes, headroom, end);
    }

    private void ensure(int more) {
        if (end + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, end + more));
        }
    }
}
