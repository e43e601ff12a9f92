package dev.stoa.yjs.lib0;

import dev.stoa.yjs.UpdateException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/// Reads lib0 values from a part of a byte array, checking every bound. Confined to one thread.
public final class ByteReader {
    /// The largest number that both languages hold exactly.
    public static final long MAX_SAFE = (1L << 53) - 1;

    private static final String[] SINGLE = singles();

    private final byte[] bytes;
    private final int end;
    private int at;

    public ByteReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    public ByteReader(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
    }

    public int remaining() {
        return end - at;
    }

    public int position() {
        return at;
    }

    public int u8() {
        if (at >= end) {
            throw ended();
        }
        return bytes[at++] & 0xff;
    }

    public long varUint() {
        if (at < end) {
            byte first = bytes[at];
            if (first >= 0) {
                at++;
                return first;
            }
        }
        return longVarUint();
    }

    private long longVarUint() {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            if (at >= end) {
                throw ended();
            }
            byte b = bytes[at++];
            value |= (long) (b & 0x7f) << shift;
            if (value > MAX_SAFE) {
                throw UpdateException.malformed("a number exceeds 2^53-1");
            }
            if (b >= 0) {
                return value;
            }
            if (shift == 49) {
                throw UpdateException.malformed("a number has more than 8 bytes");
            }
        }
    }

    /// A count or length that must fit an array.
    public int size(String what) {
        long value = varUint();
        if (value > Integer.MAX_VALUE) {
            throw UpdateException.malformed(what + " of " + value + " exceeds " + Integer.MAX_VALUE);
        }
        return (int) value;
    }

    /// A signed number without its sign; [#negative] tells that of the last one, minus zero included.
    public long varIntMagnitude() {
        return magnitude(MAX_SAFE);
    }

    private long magnitude(long most) {
        int first = u8();
        negative = (first & 0x40) != 0;
        long value = first & 0x3f;
        if ((first & 0x80) == 0) {
            return value;
        }
        for (int shift = 6; ; shift += 7) {
            if (at >= end) {
                throw ended();
            }
            byte b = bytes[at++];
            value |= (long) (b & 0x7f) << shift;
            if (value > most) {
                throw UpdateException.malformed("a number exceeds " + (most == MAX_SAFE ? "2^53-1" : "2^54-1"));
            }
            if (b >= 0) {
                return value;
            }
            if (shift >= 48) {
                throw UpdateException.malformed("a number has more than 8 bytes");
            }
        }
    }

    private boolean negative;

    public boolean negative() {
        return negative;
    }

    public long varInt() {
        return signed(varIntMagnitude());
    }

    /// A signed number of one bit more, as a step between two clocks and a flag take it.
    long stepAndFlag() {
        return signed(magnitude(2 * MAX_SAFE + 1));
    }

    private long signed(long magnitude) {
        return negative ? -magnitude : magnitude;
    }

    public byte[] varBytes() {
        int length = length("bytes");
        byte[] part = new byte[length];
        System.arraycopy(bytes, at, part, 0, length);
        at += length;
        return part;
    }

    /// The part that a length announces, without a copy.
    public ByteReader varPart() {
        int length = length("part");
        ByteReader part = new ByteReader(bytes, at, at + length);
        at += length;
        return part;
    }

    public String varString() {
        int length = length("string");
        if (length == 0) {
            return "";
        }
        int from = at;
        at += length;
        if (length == 1 && bytes[from] >= 0) {
            return SINGLE[bytes[from]];
        }
        for (int i = from; i < at; i++) {
            if (bytes[i] < 0) {
                return strictUtf8(from, length);
            }
        }
        return new String(bytes, from, length, StandardCharsets.ISO_8859_1);
    }

    /// The UTF-16 form of valid UTF-8; what is not valid is refused, a byte-order mark is a character.
    private String strictUtf8(int from, int length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes, from, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw UpdateException.malformed("a string is not UTF-8: " + e.getMessage());
        }
    }

    public int int32() {
        return u8() << 24 | u8() << 16 | u8() << 8 | u8();
    }

    public long int64() {
        return (long) int32() << 32 | (int32() & 0xffffffffL);
    }

    /// The rest, copied.
    public byte[] rest() {
        byte[] part = new byte[end - at];
        System.arraycopy(bytes, at, part, 0, part.length);
        at = end;
        return part;
    }

    public void expectEnd() {
        if (at != end) {
            throw UpdateException.malformed((end - at) + " bytes follow the end");
        }
    }

    private int length(String what) {
        long length = varUint();
        if (length > end - at) {
            throw UpdateException.malformed(what + " of " + length + " bytes where only " + (end - at) + " remain");
        }
        return (int) length;
    }

    private static UpdateException ended() {
        return UpdateException.malformed("the bytes end early");
    }

    private static String[] singles() {
        String[] singles = new String[128];
        for (int i = 0; i < singles.length; i++) {
            singles[i] = String.valueOf((char) i);
        }
        return singles;
    }
}
