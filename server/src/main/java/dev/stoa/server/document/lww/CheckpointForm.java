package dev.stoa.server.document.lww;

import dev.stoa.protocol.ByteBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.SequencedMap;

/// Documents as bytes, for loading them quickly.
///
/// ```
///  version │ counter │ shapes │ shape: names │ name: length, JSON string ... │ records │ record ...
///  record:  key: length, JSON string │ shape from 1, or 0 for a tombstone │ body: length, bytes
/// ```
///
/// Version 2, for documents that let go of tombstones, has after the counter: │ the newest deletion let go
/// of │ days │ day │ counter │ ... ([Ages]).
///
/// Numbers are [Varint]s. A record's body is as [LwwRecord] has it; records are in the order in which
/// they were last changed.
final class CheckpointForm {
    private static final int PLAIN = 1;
    private static final int AGED = 2;

    private CheckpointForm() {}

    /// Takes hold of a document as it is, which costs two references for each record; records do not change.
    static Iterator<byte[]> of(LwwDocument document, int partBytes) {
        return new Parts(document, partBytes);
    }

    /// The parts of one document. Confined to one thread.
    private static final class Parts implements Iterator<byte[]> {
        private final String[] keys;
        private final LwwRecord[] records;
        private final Map<Shape, Integer> shapes;
        private final int partBytes;
        private ByteBuilder out;
        private int next;
        private boolean atEnd;

        Parts(LwwDocument document, int partBytes) {
            SequencedMap<String, LwwRecord> now = document.recordsByKey();
            this.keys = now.keySet().toArray(String[]::new);
            this.records = now.values().toArray(LwwRecord[]::new);
            this.partBytes = partBytes;
            this.out = new ByteBuilder(0, 256);
            boolean aged = document.forgotten() > 0 || !document.ages().marks().isEmpty();
            Varint.write(aged ? AGED : PLAIN, out);
            Varint.write(document.timestamp(), out);
            if (aged) {
                writeAges(document, out);
            }
            this.shapes = writeShapes(records, out);
            Varint.write(keys.length, out);
        }

        @Override
        public boolean hasNext() {
            return !atEnd;
        }

        @Override
        public byte[] next() {
            if (atEnd) {
                throw new NoSuchElementException();
            }
            ByteBuilder part = out;
            while (next < keys.length && part.length() < partBytes) {
                write(keys[next], records[next], part);
                next++;
            }
            atEnd = next == keys.length;
            out = new ByteBuilder(0, atEnd ? 0 : partBytes + 1024);
            return part.toByteArray();
        }

        private void write(String key, LwwRecord record, ByteBuilder part) {
            writeText(key, part);
            Varint.write(shapes.getOrDefault(record.shape(), 0), part);
            Varint.write(record.body().length, part);
            part.write(record.body());
        }
    }

    private static void writeAges(LwwDocument document, ByteBuilder out) {
        Varint.write(document.forgotten(), out);
        Varint.write(document.ages().marks().size(), out);
        for (Ages.Mark mark : document.ages().marks()) {
            Varint.write(mark.day(), out);
            Varint.write(mark.counter(), out);
        }
    }

    private static void readAges(LwwDocument document, Varint.Reader in) {
        document.restoreForgotten(in.next());
        for (long left = in.next(); left > 0; left--) {
            document.ages().add(new Ages.Mark(in.next(), in.next()));
        }
    }

    private static Map<Shape, Integer> writeShapes(LwwRecord[] records, ByteBuilder out) {
        Map<Shape, Integer> numbers = new IdentityHashMap<>();
        List<Shape> shapes = new ArrayList<>();
        for (LwwRecord record : records) {
            if (!record.isTombstone() && numbers.putIfAbsent(record.shape(), shapes.size() + 1) == null) {
                shapes.add(record.shape());
            }
        }
        Varint.write(shapes.size(), out);
        for (Shape shape : shapes) {
            Varint.write(shape.size(), out);
            shape.names().forEach(name -> writeText(name, out));
        }
        return numbers;
    }

    private static void writeText(String text, ByteBuilder out) {
        ByteBuilder quoted = new ByteBuilder(0, text.length() + 2);
        JsonText.quote(text, quoted);
        Varint.write(quoted.length(), out);
        out.write(quoted.array(), 0, quoted.length());
    }

    static LwwDocument read(byte[] bytes) {
        try {
            Varint.Reader in = new Varint.Reader(bytes);
            long version = in.next();
            if (version != PLAIN && version != AGED) {
                throw new IllegalArgumentException("no checkpoint of version " + PLAIN + " or " + AGED);
            }
            LwwDocument document = new LwwDocument();
            long counter = in.next();
            if (version == AGED) {
                readAges(document, in);
            }
            List<Shape> shapes = readShapes(bytes, in, document.shapes());
            long count = in.next();
            SequencedMap<String, LwwRecord> records = new LinkedHashMap<>();
            for (long i = 0; i < count; i++) {
                String key = readText(bytes, in);
                int shape = (int) in.next();
                int length = in.nextLength();
                int from = in.pass(length);
                byte[] body = Arrays.copyOfRange(bytes, from, from + length);
                records.put(key, new LwwRecord(shape == 0 ? Shape.TOMBSTONE : shapes.get(shape - 1), body));
            }
            if (!in.isAtEnd()) {
                throw new IllegalArgumentException("bytes are left behind the checkpoint");
            }
            document.restore(counter, records);
            return document;
        } catch (IndexOutOfBoundsException | MalformedJsonException broken) {
            throw new IllegalArgumentException("no checkpoint of a document", broken);
        }
    }

    private static List<Shape> readShapes(byte[] bytes, Varint.Reader in, Shapes shared) {
        List<Shape> shapes = new ArrayList<>();
        for (long left = in.next(); left > 0; left--) {
            List<String> names = new ArrayList<>();
            for (long more = in.next(); more > 0; more--) {
                names.add(readText(bytes, in));
            }
            shapes.add(shared.of(names));
        }
        return shapes;
    }

    private static String readText(byte[] bytes, Varint.Reader in) {
        int length = in.nextLength();
        int from = in.pass(length);
        return new JsonText(bytes, from, from + length).string();
    }
}
