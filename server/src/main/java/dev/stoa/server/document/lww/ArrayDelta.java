package dev.stoa.server.document.lww;

import dev.stoa.protocol.ByteBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A change of some elements of an array, in place of the whole array (documents protocol, section 5.3).
///
/// ```
/// {"__buf":1,"len":6,"runs":[[2,[9]],[5,[7,8]]]}     on [1,2,3] gives [1,2,9,0,0,7]
/// ```
///
/// Immutable. Values are positions in the text it was read from.
final class ArrayDelta {
    private final byte[] text;
    private final int length;
    /// First position, then start and end of each value.
    private final List<int[]> runs;

    private ArrayDelta(byte[] text, int length, List<int[]> runs) {
        this.text = text;
        this.length = length;
        this.runs = runs;
    }

    /// Reads a value that may be a delta.
    ///
    /// @return null when it is a plain value
    /// @throws MalformedJsonException when it says that it is a delta and is none, or is too long
    static @Nullable ArrayDelta parse(byte[] text, int from, int to, int maxLength) {
        if (!isDelta(text, from, to)) {
            return null;
        }
        double length = -1;
        List<int[]> runs = null;
        JsonText in = new JsonText(text, from, to);
        in.enterObject();
        for (String name = in.nextName(); name != null; name = in.nextName()) {
            switch (name) {
                case "len" -> length = in.number();
                case "runs" -> runs = runs(in);
                default -> in.skip();
            }
        }
        if (length < 0 || length != Math.rint(length) || runs == null) {
            throw new MalformedJsonException("an array delta needs len and runs");
        }
        if (length > maxLength) {
            throw new MalformedJsonException("an array of %.0f elements exceeds %d".formatted(length, maxLength));
        }
        return new ArrayDelta(text, (int) length, runs);
    }

    private static boolean isDelta(byte[] text, int from, int to) {
        if (text[from] != '{') {
            return false;
        }
        boolean is = false;
        JsonText in = new JsonText(text, from, to);
        in.enterObject();
        for (String name = in.nextName(); name != null; name = in.nextName()) {
            byte first = in.peek();
            if (!name.equals("__buf")) {
                in.skip();
            } else if (first == '1' || first == '0') {
                is = in.number() == 1;
            } else {
                is = false;
                in.skip();
            }
        }
        return is;
    }

    private static List<int[]> runs(JsonText in) {
        List<int[]> runs = new ArrayList<>();
        in.enterArray();
        while (in.nextElement()) {
            in.enterArray();
            if (!in.nextElement()) {
                throw new MalformedJsonException("a run of an array delta needs a position");
            }
            double position = in.number();
            if (position != (int) position || !in.nextElement()) {
                throw new MalformedJsonException("a run of an array delta needs a whole position and values");
            }
            runs.add(values((int) position, in));
            if (in.nextElement()) {
                throw new MalformedJsonException("a run of an array delta is a position and values");
            }
        }
        return runs;
    }

    private static int[] values(int position, JsonText in) {
        int[] run = new int[9];
        int used = 0;
        run[used++] = position;
        in.enterArray();
        while (in.nextElement()) {
            if (used + 2 > run.length) {
                run = Arrays.copyOf(run, run.length * 2);
            }
            run[used++] = in.next();
            in.skip();
            run[used++] = in.position();
        }
        return Arrays.copyOf(run, used);
    }

    /// Writes the array that it makes of a value.
    ///
    /// @param base a value's text; nothing is taken over of one that is no array
    void apply(byte[] base, int from, int to, ByteBuilder out) {
        // Where each element stands: in the base, or, with the start turned over, in the delta. An end of 0 is none.
        int[] starts = new int[length];
        int[] ends = new int[length];
        if (from < to && base[from] == '[') {
            carry(new JsonText(base, from, to), starts, ends);
        }
        for (int[] run : runs) {
            for (int i = 1; i < run.length; i += 2) {
                long at = (long) run[0] + (i >> 1);
                if (at >= 0 && at < length) {
                    starts[(int) at] = ~run[i];
                    ends[(int) at] = run[i + 1];
                }
            }
        }
        out.write('[');
        for (int i = 0; i < length; i++) {
            if (i > 0) {
                out.write(',');
            }
            if (ends[i] == 0) {
                out.write('0');
            } else if (starts[i] < 0) {
                out.write(text, ~starts[i], ends[i] - ~starts[i]);
            } else {
                out.write(base, starts[i], ends[i] - starts[i]);
            }
        }
        out.write(']');
    }

    private void carry(JsonText base, int[] starts, int[] ends) {
        base.enterArray();
        for (int i = 0; i < length && base.nextElement(); i++) {
            starts[i] = base.next();
            base.skip();
            ends[i] = base.position();
        }
    }
}
