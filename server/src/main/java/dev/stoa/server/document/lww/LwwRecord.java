package dev.stoa.server.document.lww;

import dev.stoa.protocol.ByteBuilder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One record of a document: its fields' values as JSON text, and when each was last written. Immutable;
/// small, for there are many.
///
/// ```
///  body, for each field of the shape:  | stamp, varint | length, varint | value, JSON in UTF-8 |
/// ```
///
/// A tombstone has the shape of tombstones and the one value `false`.
final class LwwRecord {
    private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};
    private static final Set<String> EXISTENCE = Set.of("_exists");

    private final Shape shape;
    private final byte[] body;

    LwwRecord(Shape shape, byte[] body) {
        this.shape = shape;
        this.body = body;
    }

    static LwwRecord tombstone(long stamp) {
        ByteBuilder out = new ByteBuilder(0, 16);
        writeField(stamp, FALSE, 0, FALSE.length, out);
        return new LwwRecord(Shape.TOMBSTONE, out.toByteArray());
    }

    /// What becomes of a record when an entry of a patch is applied (documents protocol, section 5.1).
    ///
    /// @param current null when there is none
    /// @return null when the entry is dropped, the record itself when the entry says nothing
    static @Nullable LwwRecord apply(
            @Nullable LwwRecord current, byte[] text, Fields change, long stamp, Shapes shapes) {
        if (change.existence() == Fields.Existence.FALSE) {
            return tombstone(stamp);
        }
        if (current == null || current.isTombstone()) {
            return change.existence() == Fields.Existence.TRUE ? added(text, change, stamp, shapes) : null;
        }
        return current.changed(text, change, stamp, shapes);
    }

    private static LwwRecord added(byte[] text, Fields change, long stamp, Shapes shapes) {
        ByteBuilder out = new ByteBuilder(0, 64);
        for (int i = 0; i < change.size(); i++) {
            writeField(text, change, i, stamp, FALSE, 0, 0, out);
        }
        return new LwwRecord(shapes.of(change.names()), out.toByteArray());
    }

    private LwwRecord changed(byte[] text, Fields change, long stamp, Shapes shapes) {
        if (change.size() == 0) {
            return this;
        }
        ByteBuilder out = new ByteBuilder(0, body.length + 32);
        boolean[] taken = new boolean[change.size()];
        Varint.Reader in = new Varint.Reader(body);
        for (String name : shape.names()) {
            int start = in.at();
            in.next();
            int length = in.nextLength();
            int from = in.pass(length);
            int field = change.indexOf(name);
            if (field < 0) {
                out.write(body, start, in.at() - start);
            } else {
                taken[field] = true;
                writeField(text, change, field, stamp, body, from, from + length, out);
            }
        }
        List<String> more = null;
        for (int i = 0; i < taken.length; i++) {
            if (!taken[i]) {
                more = more == null ? new ArrayList<>(shape.names()) : more;
                more.add(change.names().get(i));
                writeField(text, change, i, stamp, FALSE, 0, 0, out);
            }
        }
        return new LwwRecord(more == null ? shape : shapes.of(more), out.toByteArray());
    }

    /// Writes a field of a change; a delta as the array it makes of the field's present value.
    private static void writeField(
            byte[] text, Fields change, int field, long stamp, byte[] base, int from, int to, ByteBuilder out) {
        ArrayDelta delta = change.delta(field);
        if (delta == null) {
            writeField(stamp, text, change.from(field), change.to(field), out);
        } else {
            ByteBuilder array = new ByteBuilder(0, Math.max(16, to - from));
            delta.apply(base, from, to, array);
            writeField(stamp, array.array(), 0, array.length(), out);
        }
    }

    /// Writes a field as the body has it.
    static void writeField(long stamp, byte[] value, int from, int to, ByteBuilder out) {
        Varint.write(stamp, out);
        Varint.write(to - from, out);
        out.write(value, from, to - from);
    }

    boolean isTombstone() {
        return shape == Shape.TOMBSTONE;
    }

    Shape shape() {
        return shape;
    }

    byte[] body() {
        return body;
    }

    int size() {
        return shape.size();
    }

    /// About what it takes in JSON, without its key; a little more, never less.
    int bytes() {
        return shape.bytes() + body.length + 2;
    }

    /// The counter value at which it was last changed.
    long lastStamp() {
        long last = 0;
        Varint.Reader in = new Varint.Reader(body);
        while (!in.isAtEnd()) {
            last = Math.max(last, in.next());
            in.pass(in.nextLength());
        }
        return last;
    }

    /// The counter value at which the field was written that was not written for the longest.
    long firstStamp() {
        long first = Long.MAX_VALUE;
        Varint.Reader in = new Varint.Reader(body);
        while (!in.isAtEnd()) {
            first = Math.min(first, in.next());
            in.pass(in.nextLength());
        }
        return first;
    }

    /// Writes the fields written after `since` as an object.
    void writeSince(double since, ByteBuilder out) {
        out.write('{');
        boolean first = true;
        Varint.Reader in = new Varint.Reader(body);
        for (int i = 0; i < shape.size(); i++) {
            long stamp = in.next();
            int length = in.nextLength();
            int from = in.pass(length);
            if (stamp > since) {
                if (!first) {
                    out.write(',');
                }
                first = false;
                out.write(shape.quoted(i));
                out.write(body, from, length);
            }
        }
        out.write('}');
    }

    /// Writes all fields as an object.
    void write(ByteBuilder out) {
        writeSince(-1, out);
    }

    /// Writes the fields of these names, as far as it has them, as an object.
    void writeNamed(Set<String> names, ByteBuilder out) {
        out.write('{');
        writeFields(names, true, true, out);
        out.write('}');
    }

    /// Writes all fields as a full add, also of a record that came without `_exists` from a snapshot.
    void writeAdd(ByteBuilder out) {
        out.write("{\"_exists\":true".getBytes(StandardCharsets.ISO_8859_1));
        writeFields(EXISTENCE, false, false, out);
        out.write('}');
    }

    private void writeFields(Set<String> names, boolean those, boolean first, ByteBuilder out) {
        boolean comma = !first;
        Varint.Reader in = new Varint.Reader(body);
        for (int i = 0; i < shape.size(); i++) {
            in.next();
            int length = in.nextLength();
            int from = in.pass(length);
            if (names.contains(shape.names().get(i)) == those) {
                if (comma) {
                    out.write(',');
                }
                comma = true;
                out.write(shape.quoted(i));
                out.write(body, from, length);
            }
        }
    }

    /// Writes an object of when each field was written; of 0 nothing, which is how it is known in
    /// snapshots that nobody ever said.
    void writeStamps(ByteBuilder out) {
        out.write('{');
        boolean first = true;
        Varint.Reader in = new Varint.Reader(body);
        for (int i = 0; i < shape.size(); i++) {
            long stamp = in.next();
            in.pass(in.nextLength());
            if (stamp > 0) {
                if (!first) {
                    out.write(',');
                }
                first = false;
                out.write(shape.quoted(i));
                out.write(Long.toString(stamp).getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        out.write('}');
    }
}
