package dev.stoa.yjs.lib0;

/// A stream of numbers in which an equal step from one to the next costs a count. Confined to one thread.
///
/// ```
/// step d once:   varInt(2d)
/// n >= 2 times:  varInt(2d + 1), varUint(n - 2)
/// ```
///
/// A writer starts with the value 0 and the step 0 seen no times.
public final class IntDiffOptRle {
    private IntDiffOptRle() {}

    public static final class Writer {
        private final ByteWriter out = new ByteWriter(16);
        private long last;
        private long step;
        private long count;

        public void write(long value) {
            if (step == value - last) {
                last = value;
                count++;
            } else {
                flush();
                count = 1;
                step = value - last;
                last = value;
            }
        }

        private void flush() {
            if (count > 0) {
                out.varInt(step * 2 + (count == 1 ? 0 : 1));
                if (count > 1) {
                    out.varUint(count - 2);
                }
                count = 0;
            }
        }

        public ByteWriter finish() {
            flush();
            return out;
        }
    }

    public static final class Reader {
        private final ByteReader in;
        private long last;
        private long step;
        private long left;

        public Reader(ByteReader in) {
            this.in = in;
        }

        public long read() {
            if (left == 0) {
                long coded = in.stepAndFlag();
                step = coded >> 1;
                left = (coded & 1) != 0 ? in.varUint() + 2 : 1;
            }
            left--;
            last += step;
            return last;
        }
    }
}
