package dev.stoa.protocol;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A growing byte array with free room in front, so that a transport header can be put before the text
/// without copying.
///
/// Confined to one thread.
public final class ByteBuilder extends OutputStream {
    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.ISO_8859_1);

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

    /// Appends a JSON text with its quotes.
    ///
    /// @return false when half a surrogate pair stands in it; what is appended then is of no use
    boolean quoted(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (hasLoneSurrogate(text, utf8)) {
            return false;
        }
        ensure(utf8.length + 2);
        bytes[end++] = '"';
        int from = 0;
        while (true) {
            int special = Swar.skipPlain(utf8, from, utf8.length);
            while (special < utf8.length && utf8[special] < 0) {
                special = Swar.skipPlain(utf8, special + 1, utf8.length);
            }
            write(utf8, from, special - from);
            if (special == utf8.length) {
                break;
            }
            escape(utf8[special]);
            from = special + 1;
        }
        write('"');
        return true;
    }

    /// Half a pair is encoded as a question mark, one byte for one character.
    private static boolean hasLoneSurrogate(String text, byte[] utf8) {
        if (utf8.length == text.length() && new String(utf8, StandardCharsets.ISO_8859_1).equals(text)) {
            return false;
        }
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
                return true;
            }
            i += Character.charCount(c);
        }
        return false;
    }

    private void escape(byte c) {
        switch (c) {
            case '"' -> ascii("\\\"");
            case '\\' -> ascii("\\\\");
            case '\n' -> ascii("\\n");
            case '\r' -> ascii("\\r");
            case '\t' -> ascii("\\t");
            case '\b' -> ascii("\\b");
            case '\f' -> ascii("\\f");
            default -> {
                ascii("\\u00");
                write(HEX[c >> 4]);
                write(HEX[c & 0xF]);
            }
        }
    }

    /// Forgets everything beyond the first `length` bytes.
    void truncate(int length) {
        end = headroom + length;
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
