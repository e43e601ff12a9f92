package dev.stoa.server.document.lww;

import dev.stoa.protocol.ByteBuilder;
import java.util.List;

/// The names of a record's fields, in a fixed order: shared by the records that have the same.
/// Immutable.
final class Shape {
    /// That of every tombstone, and of nothing else.
    static final Shape TOMBSTONE = new Shape(List.of("_exists"));

    private final List<String> names;
    private final byte[][] quoted;
    private final int bytes;

    Shape(List<String> names) {
        this.names = List.copyOf(names);
        this.quoted = new byte[names.size()][];
        int sum = 0;
        for (int i = 0; i < quoted.length; i++) {
            ByteBuilder out = new ByteBuilder(0, names.get(i).length() + 3);
            JsonText.quote(names.get(i), out);
            out.write(':');
            quoted[i] = out.toByteArray();
            sum += quoted[i].length + 1;
        }
        this.bytes = sum;
    }

    List<String> names() {
        return names;
    }

    int size() {
        return quoted.length;
    }

    /// A field's name as JSON has it, with the colon.
    byte[] quoted(int field) {
        return quoted[field];
    }

    /// What the names and the punctuation take in JSON.
    int bytes() {
        return bytes;
    }

    int indexOf(String name) {
        return names.indexOf(name);
    }
}
