package dev.stoa.server.delivery;

import dev.stoa.protocol.ByteBuilder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A message encoded as one unmasked WebSocket frame, shared by everyone it is sent to.
///
/// ```
///  array:  | unused | 0x81 | length 1, 3 or 9 bytes | UTF-8 text |
///                   ^ offset                        ^ offset + headerLength
/// ```
///
/// Immutable, apart from a compressed twin that is made at most once, when a first recipient asks for
/// it. Thread-safe.
public final class Frame {
    /// Room that a [ByteBuilder] must leave in front of the text for the largest header.
    public static final int HEADROOM = 10;

    /// Texts below this size are not worth compressing.
    private static final int DEFLATE_FROM_BYTES = 256;

    private static final int TEXT = 0x81;
    private static final int TEXT_DEFLATED = 0xC1;

    private final byte[] array;
    private final int offset;
    private final int end;
    private final int textLength;
    private volatile @Nullable Frame deflated;

    private Frame(byte[] array, int offset, int end, int textLength) {
        this.array = array;
        this.offset = offset;
        this.end = end;
        this.textLength = textLength;
    }

    /// Makes a control frame (RFC 6455, section 5.5).
    ///
    /// @param opcode 8 close, 9 ping, 10 pong
    /// @param payload at most 125 bytes
    public static Frame control(int opcode, byte[] payload) {
        if (payload.length > 125) {
            throw new IllegalArgumentException("control payload of " + payload.length + " bytes exceeds 125");
        }
        byte[] array = Arrays.copyOf(new byte[] {(byte) (0x80 | opcode), (byte) payload.length}, 2 + payload.length);
        System.arraycopy(payload, 0, array, 2, payload.length);
        return new Frame(array, 0, array.length, payload.length);
    }

    /// Makes a text frame of what `text` holds, without copying it. The builder must not be written to
    /// afterwards.
    ///
    /// @throws IllegalArgumentException when the builder has less than [#HEADROOM]
    public static Frame text(ByteBuilder text) {
        if (text.headroom() < HEADROOM) {
            throw new IllegalArgumentException("headroom of " + text.headroom() + " bytes is below " + HEADROOM);
        }
        return framed(TEXT, text.array(), text.headroom(), text.length());
    }

    private static Frame framed(int firstByte, byte[] array, int textStart, int length) {
        int start;
        if (length < 126) {
            start = textStart - 2;
            array[start + 1] = (byte) length;
        } else if (length < 65_536) {
            start = textStart - 4;
            array[start + 1] = 126;
            array[start + 2] = (byte) (length >> 8);
            array[start + 3] = (byte) length;
        } else {
            start = textStart - 10;
            array[start + 1] = 127;
            for (int i = 0; i < 8; i++) {
                array[start + 2 + i] = (byte) ((long) length >> (56 - 8 * i));
            }
        }
        array[start] = (byte) firstByte;
        return new Frame(array, start, textStart + length, length);
    }

    /// Bytes on the wire, header included.
    public int size() {
        return end - offset;
    }

    /// Bytes of text, before any compression of a twin.
    public int textLength() {
        return textLength;
    }

    /// A copy of the text.
    public byte[] text() {
        return Arrays.copyOfRange(array, end - textLength, end);
    }

    /// A copy of the whole frame, header included.
    public byte[] wire() {
        return Arrays.copyOfRange(array, offset, end);
    }

    byte[] array() {
        return array;
    }

    int offset() {
        return offset;
    }

    /// This frame for a connection that negotiated compression: a compressed twin, or itself when that
    /// would not be smaller.
    Frame deflated(Deflation deflation) {
        Frame known = deflated;
        if (known != null) {
            return known;
        }
        Frame made = this;
        if (textLength >= DEFLATE_FROM_BYTES) {
            ByteBuilder out = new ByteBuilder(HEADROOM, textLength / 2);
            deflation.deflate(array, end - textLength, textLength, out);
            if (out.length() < textLength) {
                made = framed(TEXT_DEFLATED, out.array(), HEADROOM, out.length());
            }
        }
        deflated = made;
        return made;
    }
}
