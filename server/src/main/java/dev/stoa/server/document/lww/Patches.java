package dev.stoa.server.document.lww;

import dev.stoa.protocol.ByteBuilder;
import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a writer sends at once: a list of patches, each a map from key to fields, checked whole.
/// Immutable.
public final class Patches {
    private final byte[] text;
    private final List<Patch> patches;

    /// One map of the list; its entries in the order of the text, each key once.
    record Patch(Collection<Entry> entries) {}

    /// A record's part of a patch.
    ///
    /// @param from where the member begins in the text, its key included
    /// @param to behind its end
    record Entry(String key, int from, int to, Fields fields) {}

    private Patches(byte[] text, List<Patch> patches) {
        this.text = text;
        this.patches = patches;
    }

    /// Reads a list of patches.
    ///
    /// @param json UTF-8, this object's to keep; not to be changed
    /// @throws ProtocolException `INVALID_ARGUMENT` when it is none, or something in it is beyond its
    ///     limit; the message gives the thing, the limit and the value
    public static Patches parse(byte[] json, LwwLimits limits) {
        try {
            Patches parsed = new Parser(json, limits).parse();
            return parsed == null ? parse(JsonText.compact(json, 0, json.length), limits) : parsed;
        } catch (MalformedJsonException malformed) {
            throw ProtocolException.of(ErrorCode.INVALID_ARGUMENT, "patches: " + malformed.getMessage());
        }
    }

    /// The text, without blanks between tokens.
    public byte[] json() {
        return text;
    }

    /// Whether there are no patches; a list of one empty patch is not empty.
    public boolean isEmpty() {
        return patches.isEmpty();
    }

    List<Patch> patches() {
        return patches;
    }

    /// The text without some entries: patches that are empty then go too.
    byte[] without(Set<Entry> left) {
        var out = new ByteBuilder(0, text.length);
        out.write('[');
        boolean first = true;
        for (Patch patch : patches) {
            List<Entry> kept = patch.entries.stream()
                    .filter(entry -> !left.contains(entry))
                    .toList();
            if (kept.isEmpty() && !patch.entries.isEmpty()) {
                continue;
            }
            if (!first) {
                out.write(',');
            }
            first = false;
            out.write('{');
            for (int i = 0; i < kept.size(); i++) {
                if (i > 0) {
                    out.write(',');
                }
                out.write(text, kept.get(i).from, kept.get(i).to - kept.get(i).from);
            }
            out.write('}');
        }
        out.write(']');
        return out.toByteArray();
    }

    static void checkKey(String what, String key, LwwLimits limits) {
        // A character takes one to three bytes: mostly there is nothing to count.
        if (key.length() * 3L > limits.maxKeyBytes()) {
            int bytes = key.getBytes(StandardCharsets.UTF_8).length;
            if (bytes > limits.maxKeyBytes()) {
                throw new MalformedJsonException(what + " of " + bytes + " bytes exceeds " + limits.maxKeyBytes());
            }
        }
    }

    private static final class Parser {
        private final byte[] text;
        private final LwwLimits limits;
        private final JsonText in;
        private int entries;

        Parser(byte[] text, LwwLimits limits) {
            this.text = text;
            this.limits = limits;
            this.in = new JsonText(text);
        }

        /// @return null when it holds blanks between tokens
        @Nullable
        Patches parse() {
            List<Patch> patches = new ArrayList<>(1);
            in.enterArray();
            while (in.nextElement()) {
                count();
                patches.add(patch());
            }
            in.end();
            return in.isSpaced() ? null : new Patches(text, patches);
        }

        private Patch patch() {
            Map<String, Entry> byKey = new LinkedHashMap<>(4);
            in.enterObject();
            int from = in.next();
            for (String key = in.nextName(); key != null; key = in.nextName()) {
                if (text[from] == ',') {
                    from++;
                }
                count();
                checkKey("a key", key, limits);
                Fields fields = Fields.parse(text, in, limits);
                byKey.put(key, new Entry(key, from, in.position(), fields));
                from = in.next();
            }
            return new Patch(byKey.values());
        }

        private void count() {
            if (++entries > limits.maxPatchEntries()) {
                throw new MalformedJsonException("more than " + limits.maxPatchEntries() + " entries at once");
            }
        }
    }
}
