package dev.stoa.server.document.lww;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The fields that one entry of a patch brings, each once. Immutable once it is parsed; values are
/// positions in the text of the patches.
final class Fields {
    private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
    private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};
    /// Above so many, names are looked up by hash.
    private static final int FEW = 16;

    private final List<String> names = new ArrayList<>(8);
    private int[] bounds = new int[16];
    private @Nullable ArrayDelta @Nullable [] deltas;
    private @Nullable Map<String, Integer> index;
    private Existence existence = Existence.UNSAID;

    /// What an entry says of its record.
    enum Existence {
        /// A full add.
        TRUE,
        /// A deletion.
        FALSE,
        /// A change.
        UNSAID
    }

    private Fields() {}

    /// Reads the object that comes next.
    ///
    /// @throws MalformedJsonException when it is none, or a field is beyond its limit
    static Fields parse(byte[] text, JsonText in, LwwLimits limits) {
        Fields fields = new Fields();
        in.enterObject();
        for (String name = in.nextName(); name != null; name = in.nextName()) {
            Patches.checkKey("a field's name", name, limits);
            int from = in.next();
            in.skip();
            fields.put(name, from, in.position(), ArrayDelta.parse(text, from, in.position(), limits.maxArrayLength()));
            if (fields.size() > limits.maxFields()) {
                throw new MalformedJsonException("a record of more than " + limits.maxFields() + " fields");
            }
        }
        int exists = fields.indexOf("_exists");
        if (exists >= 0 && fields.delta(exists) == null) {
            fields.existence = existence(text, fields.from(exists), fields.to(exists));
        }
        return fields;
    }

    private static Existence existence(byte[] text, int from, int to) {
        if (JsonText.is(text, from, to, TRUE)) {
            return Existence.TRUE;
        }
        return JsonText.is(text, from, to, FALSE) ? Existence.FALSE : Existence.UNSAID;
    }

    /// A name that is there twice has its last value.
    private void put(String name, int from, int to, @Nullable ArrayDelta delta) {
        int known = indexOf(name);
        int field = known < 0 ? names.size() : known;
        if (known < 0) {
            names.add(name);
            remember(name, field);
            if (bounds.length < 2 * names.size()) {
                bounds = Arrays.copyOf(bounds, bounds.length * 2);
            }
        }
        bounds[2 * field] = from;
        bounds[2 * field + 1] = to;
        setDelta(field, delta);
    }

    private void setDelta(int field, @Nullable ArrayDelta delta) {
        @Nullable ArrayDelta[] known = deltas;
        if (known == null) {
            if (delta == null) {
                return;
            }
            known = new ArrayDelta[Math.max(4, field + 1)];
        } else if (known.length <= field) {
            known = Arrays.copyOf(known, Math.max(known.length * 2, field + 1));
        }
        known[field] = delta;
        deltas = known;
    }

    private void remember(String name, int field) {
        if (index == null && field >= FEW) {
            index = new HashMap<>();
            for (int i = 0; i < field; i++) {
                index.put(names.get(i), i);
            }
        }
        if (index != null) {
            index.put(name, field);
        }
    }

    Existence existence() {
        return existence;
    }

    int size() {
        return names.size();
    }

    List<String> names() {
        return names;
    }

    /// @return negative when there is no such field
    int indexOf(String name) {
        return index == null ? names.indexOf(name) : index.getOrDefault(name, -1);
    }

    int from(int field) {
        return bounds[2 * field];
    }

    int to(int field) {
        return bounds[2 * field + 1];
    }

    @Nullable
    ArrayDelta delta(int field) {
        return deltas == null || field >= deltas.length ? null : deltas[field];
    }
}
