package dev.stoa.yjs.lib0;

import dev.stoa.yjs.Undefined;
import dev.stoa.yjs.UpdateException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The tagged values of lib0.
///
/// In Java: null, [Undefined], Boolean, Long (integral numbers up to 2^53), Double (all others, minus
/// zero too), BigInteger (64 bits), String, byte[], List, Map with String keys in their order.
public final class Any {
    private static final int UNDEFINED = 127;
    private static final int NULL = 126;
    private static final int INTEGER = 125;
    private static final int FLOAT32 = 124;
    private static final int FLOAT64 = 123;
    private static final int BIGINT = 122;
    private static final int FALSE = 121;
    private static final int TRUE = 120;
    private static final int STRING = 119;
    private static final int OBJECT = 118;
    private static final int ARRAY = 117;
    private static final int BYTES = 116;

    private static final long MAX_INTEGER = Integer.MAX_VALUE;

    private Any() {}

    /// @param nesting how many levels of lists and maps are allowed
    public static @Nullable Object read(ByteReader in, int nesting) {
        return read(in, 0, nesting);
    }

    private static @Nullable Object read(ByteReader in, int depth, int nesting) {
        int tag = in.u8();
        return switch (tag) {
            case UNDEFINED -> Undefined.UNDEFINED;
            case NULL -> null;
            case INTEGER -> integer(in);
            case FLOAT32 -> number(Float.intBitsToFloat(in.int32()));
            case FLOAT64 -> number(Double.longBitsToDouble(in.int64()));
            case BIGINT -> BigInteger.valueOf(in.int64());
            case FALSE -> Boolean.FALSE;
            case TRUE -> Boolean.TRUE;
            case STRING -> in.varString();
            case OBJECT -> object(in, deeper(depth, nesting), nesting);
            case ARRAY -> array(in, deeper(depth, nesting), nesting);
            case BYTES -> in.varBytes();
            default -> throw UpdateException.unsupported("a value has the unknown tag " + tag);
        };
    }

    private static Object integer(ByteReader in) {
        long magnitude = in.varIntMagnitude();
        if (!in.negative()) {
            return magnitude;
        }
        return magnitude == 0 ? (Object) (-0.0) : (Object) (-magnitude);
    }

    /// The Java form of a JavaScript number.
    public static Object number(double value) {
        long whole = (long) value;
        boolean exact = whole == value && Math.abs(value) <= ByteReader.MAX_SAFE;
        return exact && (whole != 0 || 1 / value > 0) ? (Object) whole : (Object) value;
    }

    static int deeper(int depth, int nesting) {
        if (depth >= nesting) {
            throw UpdateException.overLimit("nesting", "nesting of a value", depth + 1, nesting);
        }
        return depth + 1;
    }

    private static Object array(ByteReader in, int depth, int nesting) {
        int count = in.size("an array");
        if (count > in.remaining()) {
            throw UpdateException.malformed("an array of " + count + " values in " + in.remaining() + " bytes");
        }
        return count == 0 ? ValueList.EMPTY : new ValueList(values(in, count, depth, nesting));
    }

    /// Reads values one after the other; memory grows with what was read, not with the count that was
    /// claimed.
    public static @Nullable Object[] values(ByteReader in, int count, int nesting) {
        return values(in, count, 0, nesting);
    }

    private static @Nullable Object[] values(ByteReader in, int count, int depth, int nesting) {
        @Nullable Object[] values = new Object[Math.min(count, 8)];
        for (int i = 0; i < count; i++) {
            if (i == values.length) {
                values = Arrays.copyOf(values, Math.min(count, i * 2));
            }
            values[i] = read(in, depth, nesting);
        }
        return values;
    }

    private static Object object(ByteReader in, int depth, int nesting) {
        int count = in.size("an object");
        if (count > in.remaining() / 2) {
            throw UpdateException.malformed("an object of " + count + " entries in " + in.remaining() + " bytes");
        }
        @Nullable Object[] pairs = new Object[2 * Math.min(count, 4)];
        for (int i = 0; i < 2 * count; i += 2) {
            if (i == pairs.length) {
                pairs = Arrays.copyOf(pairs, Math.min(2 * count, i * 2));
            }
            pairs[i] = in.varString();
            pairs[i + 1] = read(in, depth, nesting);
        }
        return ValueMap.of(pairs);
    }

    /// @throws IllegalArgumentException for a value that has no form
    public static void write(ByteWriter out, @Nullable Object value) {
        switch (value) {
            case null -> out.u8(NULL);
            case String text -> {
                out.u8(STRING);
                out.varString(text);
            }
            case Long number -> integer(out, number);
            case Integer number -> integer(out, number);
            case Short number -> integer(out, number);
            case Byte number -> integer(out, number);
            case Double number -> number(out, number);
            case Float number -> number(out, number);
            case Boolean flag -> out.u8(flag ? TRUE : FALSE);
            case List<?> list -> {
                out.u8(ARRAY);
                out.varUint(list.size());
                for (Object element : list) {
                    write(out, element);
                }
            }
            case Map<?, ?> map -> {
                out.u8(OBJECT);
                out.varUint(map.size());
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    out.varString((String) entry.getKey());
                    write(out, entry.getValue());
                }
            }
            case byte[] bytes -> {
                out.u8(BYTES);
                out.varBytes(bytes);
            }
            case BigInteger big -> {
                out.u8(BIGINT);
                out.int64(big.longValueExact());
            }
            case Undefined ignored -> out.u8(UNDEFINED);
            default ->
                throw new IllegalArgumentException(
                        "a value of " + value.getClass().getName() + " has no form in a document");
        }
    }

    private static void integer(ByteWriter out, long value) {
        if (Math.abs(value) <= MAX_INTEGER) {
            out.u8(INTEGER);
            out.varInt(value);
        } else if (Math.abs(value) <= ByteReader.MAX_SAFE) {
            floating(out, value);
        } else {
            throw new IllegalArgumentException("the integer " + value + " exceeds 2^53-1; use a BigInteger");
        }
    }

    private static void number(ByteWriter out, double value) {
        long whole = (long) value;
        if (whole == value && Math.abs(whole) <= MAX_INTEGER) {
            out.u8(INTEGER);
            out.varInt(Math.abs(whole), whole < 0 || (whole == 0 && 1 / value < 0));
        } else {
            floating(out, value);
        }
    }

    private static void floating(ByteWriter out, double value) {
        if ((float) value == value) {
            out.u8(FLOAT32);
            out.int32(Float.floatToIntBits((float) value));
        } else {
            out.u8(FLOAT64);
            out.int64(Double.doubleToLongBits(value));
        }
    }
}
