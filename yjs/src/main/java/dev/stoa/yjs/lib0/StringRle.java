package dev.stoa.yjs.lib0;

import dev.stoa.yjs.UpdateException;

/// A stream of strings: all of them joined, then their lengths in UTF-16 units. Confined to one thread.
public final class StringRle {
    private StringRle() {}

    public static final class Writer {
        private final StringBuilder joined = new StringBuilder();
        private final UintOptRle.Writer lengths = new UintOptRle.Writer();

        public void write(CharSequence string, int from, int to) {
            joined.append(string, from, to);
            lengths.write(to - from);
        }

        public ByteWriter finish() {
            ByteWriter out = new ByteWriter(joined.length() + 16);
            out.varString(joined, 0, joined.length());
            out.raw(lengths.finish());
            return out;
        }
    }

    public static final class Reader {
        private final String joined;
        private final UintOptRle.Reader lengths;
        private int at;

        public Reader(ByteReader in) {
            joined = in.varString();
            lengths = new UintOptRle.Reader(in);
        }

        public String read() {
            long length = lengths.read();
            if (length > joined.length() - at) {
                throw UpdateException.malformed(
                        "a string of " + length + " units where " + (joined.length() - at) + " remain");
            }
            int from = at;
            at += (int) length;
            return joined.substring(from, at);
        }
    }
}
