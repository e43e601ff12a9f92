package dev.stoa.yjs.lib0;

/// A stream of numbers in which a repeated one costs a count. One writer or reader each; confined to
/// one thread.
///
/// ```
/// once:     varInt(+v)
/// n >= 2:   varInt(-v, the sign also for 0), varUint(n - 2)
/// ```
///
/// A writer starts with the value 0 seen no times, so that a first 0 is part of a run.
public final class UintOptRle {
    private UintOptRle() {}

    public static final class Writer {
        private final ByteWriter out = new ByteWriter(16);
        private long last;
        private long count;

        public void write(long value) {
            if (last == value) {
                count++;
            } else {
                flush();
                count = 1;
                last = value;
            }
        }

        private void flush() {
            if (count > 0) {
                out.varInt(last, count > 1);
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
        private long left;

        public Reader(ByteReader in) {
            this.in = in;
        }

        public long read() {
            if (left == 0) {
                last = in.varIntMagnitude();
                left = in.negative() ? in.varUint() + 2 : 1;
            }
            left--;
            return last;
        }
    }
}
