package dev.stoa.yjs.lib0;

import java.util.Arrays;

/// Writes lib0 values into a growing array. Confined to one thread.
public final class ByteWriter {
    private static final int MOST_BYTES = Integer.MAX_VALUE - 64;

    private byte[] bytes;
    private int size;

    public ByteWriter() {
        this(64);
    }

    public ByteWriter(int capacity) {
        bytes = new byte[capacity];
    }

    public int size() {
        return size;
    }

    public void u8(int value) {
        room(1);
        bytes[size++] = (byte) value;
    }

    public void varUint(long value) {
        room(9);
        while (value > 0x7f) {
            bytes[size++] = (byte) (value | 0x80);
            value >>>= 7;
        }
        bytes[size++] = (byte) value;
    }

    public void varInt(long value) {
        varInt(Math.abs(value), value < 0);
    }

    /// A signed number by magnitude and sign, so that minus zero can be written.
    public void varInt(long magnitude, boolean negative) {
        room(10);
        bytes[size++] = (byte) ((magnitude > 0x3f ? 0x80 : 0) | (negative ? 0x40 : 0) | (magnitude & 0x3f));
        magnitude >>>= 6;
        while (magnitude > 0) {
            bytes[size++] = (byte) ((magnitude > 0x7f ? 0x80 : 0) | (magnitude & 0x7f));
            magnitude >>>= 7;
        }
    }

    public void varBytes(byte[] value) {
        varUint(value.length);
        raw(value, 0, value.length);
    }

    /// What another writer holds, with its length before it.
    public void varPart(ByteWriter part) {
        varUint(part.size);
        raw(part.bytes, 0, part.size);
    }

    public void raw(byte[] value, int from, int length) {
        room(length);
        System.arraycopy(value, from, bytes, size, length);
        size += length;
    }

    public void raw(ByteWriter part) {
        raw(part.bytes, 0, part.size);
    }

    public void varString(String value) {
        varString(value, 0, value.length());
    }

    /// The length in bytes, then UTF-8 of a part of a text; half a surrogate pair becomes U+FFFD.
    public void varString(CharSequence value, int from, int to) {
        int length = utf8Length(value, from, to);
        varUint(length);
        room(length);
        if (length == to - from) {
            ascii(value, from, to);
        } else {
            utf8(value, from, to);
        }
    }

    private void ascii(CharSequence value, int from, int to) {
        int at = size;
        for (int i = from; i < to; i++) {
            bytes[at++] = (byte) value.charAt(i);
        }
        size = at;
    }

    private void utf8(CharSequence value, int from, int to) {
        int at = size;
        for (int i = from; i < to; i++) {
            char c = value.charAt(i);
            if (c < 0x80) {
                bytes[at++] = (byte) c;
            } else if (c < 0x800) {
                bytes[at++] = (byte) (0xc0 | c >> 6);
                bytes[at++] = (byte) (0x80 | c & 0x3f);
            } else if (Character.isHighSurrogate(c) && i + 1 < to && Character.isLowSurrogate(value.charAt(i + 1))) {
                int point = Character.toCodePoint(c, value.charAt(++i));
                bytes[at++] = (byte) (0xf0 | point >> 18);
                bytes[at++] = (byte) (0x80 | point >> 12 & 0x3f);
                bytes[at++] = (byte) (0x80 | point >> 6 & 0x3f);
                bytes[at++] = (byte) (0x80 | point & 0x3f);
            } else {
                int point = Character.isSurrogate(c) ? 0xfffd : c;
                bytes[at++] = (byte) (0xe0 | point >> 12);
                bytes[at++] = (byte) (0x80 | point >> 6 & 0x3f);
                bytes[at++] = (byte) (0x80 | point & 0x3f);
            }
        }
        size = at;
    }

    private static int utf8Length(CharSequence value, int from, int to) {
        long length = to - from;
        for (int i = from; i < to; i++) {
            char c = value.charAt(i);
            if (c >= 0x80) {
                length++;
                if (c >= 0x800) {
                    if (Character.isHighSurrogate(c) && i + 1 < to && Character.isLowSurrogate(value.charAt(i + 1))) {
                        i++;
                    }
                    length++;
                }
            }
        }
        return Math.toIntExact(length);
    }

    public void int32(int value) {
        room(4);
        bytes[size++] = (byte) (value >> 24);
        bytes[size++] = (byte) (value >> 16);
        bytes[size++] = (byte) (value >> 8);
        bytes[size++] = (byte) value;
    }

    public void int64(long value) {
        int32((int) (value >> 32));
        int32((int) value);
    }

    /// Puts a number before what was written from `at` on.
    public void insertVarUint(int at, long value) {
        int length = 1;
        for (long v = value >>> 7; v != 0; v >>>= 7) {
            length++;
        }
        room(length);
        System.arraycopy(bytes, at, bytes, at + length, size - at);
        int end = size + length;
        size = at;
        varUint(value);
        size = end;
    }

    public byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    private void room(int more) {
        if (more > bytes.length - size) {
            grow(more);
        }
    }

    private void grow(int more) {
        long needed = (long) size + more;
        if (needed > MOST_BYTES) {
            throw new IllegalStateException("an encoding of " + needed + " bytes exceeds " + MOST_BYTES);
        }
        bytes = Arrays.copyOf(bytes, (int) Math.min(MOST_BYTES, Math.max(needed, bytes.length * 2L)));
    }
}
