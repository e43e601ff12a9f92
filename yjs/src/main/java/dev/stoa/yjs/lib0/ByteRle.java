package dev.stoa.yjs.lib0;

/// A stream of bytes with counts of repetition; the last run has none and repeats without end. Confined
/// to one thread.
public final class ByteRle {
    private ByteRle() {}

    public static final class Writer {
        private final ByteWriter out = new ByteWriter(16);
        private int last = -1;
        private long count;

        public void write(int value) {
            if (last == value) {
                count++;
            } else {
                if (count > 0) {
                    out.varUint(count - 1);
                }
                count = 1;
                out.u8(value);
                last = value;
            }
        }

        public ByteWriter finish() {
            return out;
        }
    }

    public static final class Reader {
        private final ByteReader in;
        private int last;
        private long left;

        public Reader(ByteReader in) {
            this.in = in;
        }

        public int read() {
            if (left == 0) {
                last = in.u8();
                left = in.remaining() > 0 ? in.varUint() + 1 : -1;
            }
            left--;
            return last;
        }
    }
}
