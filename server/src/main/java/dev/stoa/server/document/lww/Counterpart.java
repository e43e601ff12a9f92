package dev.stoa.server.document.lww;

import dev.stoa.protocol.ByteBuilder;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a document has where patches say something else: for telling the writer of what was not applied.
/// Stateless.
public final class Counterpart {
    private Counterpart() {}

    /// A patch that makes who has applied the patches show the document again: present values of the fields
    /// they name, `_exists: false` for what is not there, and all of a record that they add or delete.
    /// Fields that the document does not know cannot be taken back and are left out.
    ///
    /// @return null when there is nothing to say
    public static byte @Nullable [] of(LwwDocument document, Patches patches) {
        Map<String, Set<String>> named = new LinkedHashMap<>();
        for (Patches.Patch patch : patches.patches()) {
            for (Patches.Entry entry : patch.entries()) {
                named.computeIfAbsent(entry.key(), _ -> new HashSet<>())
                        .addAll(entry.fields().names());
            }
        }
        ByteBuilder out = new ByteBuilder(0, 128);
        named.forEach(
                (key, fields) -> write(key, fields, document.recordsByKey().get(key), out));
        if (out.length() == 0) {
            return null;
        }
        out.write('}');
        return out.toByteArray();
    }

    private static void write(String key, Set<String> fields, @Nullable LwwRecord record, ByteBuilder out) {
        if (record != null && !record.isTombstone()) {
            boolean whole = fields.contains("_exists");
            if (!whole && record.shape().names().stream().noneMatch(fields::contains)) {
                return;
            }
            name(key, out);
            if (whole) {
                record.writeAdd(out);
            } else {
                record.writeNamed(fields, out);
            }
        } else if (!fields.isEmpty()) {
            name(key, out);
            LwwRecord.tombstone(0).write(out);
        }
    }

    private static void name(String key, ByteBuilder out) {
        out.write(out.length() == 0 ? '{' : ',');
        JsonText.quote(key, out);
        out.write(':');
    }
}
