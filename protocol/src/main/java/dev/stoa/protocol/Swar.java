package dev.stoa.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Looks at eight bytes of JSON text at a time. Stateless.
final class Swar {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final long QUOTES = ONES * '"';
    private static final long BACKSLASHES = ONES * '\\';
    private static final long SPACES = ONES * ' ';

    private Swar() {}

    /// The first position from `p` whose byte does not stand for itself inside a JSON text: a quote, a
    /// backslash, a control character, or a byte beyond ASCII. `end` if there is none.
    static int skipPlain(byte[] b, int p, int end) {
        while (p + 8 <= end) {
            long x = (long) LONGS.get(b, p);
            long special = x | zeros(x ^ QUOTES) | zeros(x ^ BACKSLASHES) | (x - SPACES) & ~x;
            special &= HIGHS;
            if (special != 0) {
                return p + (Long.numberOfTrailingZeros(special) >>> 3);
            }
            p += 8;
        }
        while (p < end) {
            int c = b[p];
            if (c < ' ' || c == '"' || c == '\\') {
                return p;
            }
            p++;
        }
        return end;
    }

    /// The high bit of each byte that is zero; of those above the lowest such byte some may be wrong.
    private static long zeros(long x) {
        return (x - ONES) & ~x;
    }
}
