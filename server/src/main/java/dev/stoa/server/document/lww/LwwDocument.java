package dev.stoa.server.document.lww;

import dev.stoa.protocol.ByteBuilder;
import dev.stoa.protocol.ErrorCode;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.RawJson;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Stream;

/// A document in which the last writer of each field wins (documents protocol, sections 1, 5 and 12.1).
///
/// What arrives last wins, field by field, except that a deletion beats changes: what is changed of a
/// record that is not there is dropped, and only a full add makes it anew. Deleted records stay as
/// tombstones, so that whoever was away learns of them, until they are forgotten. The counter rises by one for each
/// [#apply], and
/// by nothing else.
///
/// Nothing is applied in part: what breaks a limit throws before anything has changed. Costs of an
/// `apply` follow what is in the patches, those of a [#writeSince] what has changed since.
///
/// Confined to one thread.
public final class LwwDocument {
    private final Shapes shapes = new Shapes();
    /// Those changed last come last.
    private final LinkedHashMap<String, LwwRecord> records = new LinkedHashMap<>();
    private final Ages ages = new Ages();
    private long timestamp;
    private long bytes;
    private long forgotten;

    /// An empty document, whose counter is at 0.
    public LwwDocument() {}

    /// What became of patches.
    ///
    /// @param timestamp the counter they were applied at
    /// @param kept the text of the patches without the entries that were dropped
    /// @param droppedSome whether any were
    public record Applied(long timestamp, byte[] kept, boolean droppedSome) {}

    /// The counter.
    public long timestamp() {
        return timestamp;
    }

    /// A document from what [#snapshot] gave, or the reference server.
    ///
    /// @throws IllegalArgumentException when it is none, or beyond a limit
    public static LwwDocument ofSnapshot(byte[] json, LwwLimits limits) {
        return SnapshotForm.read(json, limits);
    }

    /// A document from what [#checkpoint] gave.
    ///
    /// @throws IllegalArgumentException when it is none
    public static LwwDocument ofCheckpoint(byte[] bytes) {
        return CheckpointForm.read(bytes);
    }

    /// The document as it is now, in a form of its own, for quick loading: in parts, which are made when they
    /// are asked for, while the document goes on.
    ///
    /// @param partBytes a part is as long, or longer by less than a record; the last is shorter
    public Iterator<byte[]> checkpoint(int partBytes) {
        return CheckpointForm.of(this, partBytes);
    }

    /// How many records there are, tombstones included.
    public int records() {
        return records.size();
    }

    /// About what the document takes as JSON; at least that.
    public long bytes() {
        return bytes;
    }

    /// Applies all of a writer's patches, or none.
    ///
    /// @throws ProtocolException `FAILED_PRECONDITION` when the document would become too large
    public Applied apply(Patches patches, LwwLimits limits) {
        long stamp = timestamp + 1;
        Map<String, LwwRecord> changed = new LinkedHashMap<>();
        Set<Patches.Entry> dropped = Set.of();
        for (Patches.Patch patch : patches.patches()) {
            for (Patches.Entry entry : patch.entries()) {
                LwwRecord known = changed.get(entry.key());
                LwwRecord current = known != null ? known : records.get(entry.key());
                LwwRecord next = LwwRecord.apply(current, patches.json(), entry.fields(), stamp, shapes);
                if (next == null) {
                    dropped = dropped.isEmpty() ? new HashSet<>() : dropped;
                    dropped.add(entry);
                } else if (next != current) {
                    requireFields(next, limits);
                    changed.put(entry.key(), next);
                }
            }
        }
        requireRoom(changed, limits);
        changed.forEach(this::put);
        timestamp = stamp;
        return new Applied(stamp, dropped.isEmpty() ? patches.json() : patches.without(dropped), !dropped.isEmpty());
    }

    private static void requireFields(LwwRecord record, LwwLimits limits) {
        if (record.size() > limits.maxFields()) {
            throw ProtocolException.of(
                    ErrorCode.FAILED_PRECONDITION,
                    "a record of " + record.size() + " fields exceeds " + limits.maxFields());
        }
    }

    private void requireRoom(Map<String, LwwRecord> changed, LwwLimits limits) {
        long more = 0;
        int added = 0;
        for (Map.Entry<String, LwwRecord> change : changed.entrySet()) {
            LwwRecord before = records.get(change.getKey());
            more += change.getValue().bytes();
            if (before == null) {
                more += keyBytes(change.getKey());
                added++;
            } else {
                more -= before.bytes();
            }
        }
        if (added > 0 && records.size() + added > limits.maxRecords()) {
            throw ProtocolException.of(
                    ErrorCode.FAILED_PRECONDITION,
                    "a document of " + (records.size() + added) + " records exceeds " + limits.maxRecords());
        }
        if (more > 0 && bytes + more > limits.maxDocumentBytes()) {
            throw ProtocolException.of(
                    ErrorCode.FAILED_PRECONDITION,
                    "a document of " + (bytes + more) + " bytes exceeds " + limits.maxDocumentBytes());
        }
    }

    /// Puts a record behind all others.
    private void put(String key, LwwRecord record) {
        LwwRecord before = records.putLast(key, record);
        bytes += record.bytes() + (before == null ? keyBytes(key) : -before.bytes());
    }

    /// At least what a key takes in JSON, with quotes, colon and comma.
    static int keyBytes(String key) {
        int size = 4;
        for (int i = 0; i < key.length(); i++) {
            char unit = key.charAt(i);
            if (unit < ' ' || Character.isSurrogate(unit)) {
                size += 6;
            } else if (unit < 0x80) {
                size += unit == '"' || unit == '\\' ? 2 : 1;
            } else {
                size += unit < 0x800 ? 2 : 3;
            }
        }
        return size;
    }

    // Tombstones

    /// How old what was written is, as far as somebody says so there.
    public Ages ages() {
        return ages;
    }

    /// Lets go of the tombstones that were made at a counter value or earlier.
    ///
    /// @return how many
    public int forget(long upTo) {
        int gone = 0;
        for (var entries = records.entrySet().iterator(); entries.hasNext(); ) {
            Map.Entry<String, LwwRecord> entry = entries.next();
            long last = entry.getValue().lastStamp();
            if (last > upTo) {
                break;
            }
            if (entry.getValue().isTombstone()) {
                entries.remove();
                bytes -= entry.getValue().bytes() + keyBytes(entry.getKey());
                forgotten = Math.max(forgotten, last);
                gone++;
            }
        }
        return gone;
    }

    /// The counter value of the newest deletion that was let go of: who has seen less may have missed it.
    public long forgotten() {
        return forgotten;
    }

    /// Takes the place of another document, whose clients may come here.
    ///
    /// @return this
    public LwwDocument inPlaceOf(LwwDocument other) {
        forgotten = Math.min(other.forgotten, timestamp);
        return this;
    }

    // Loading

    /// @param newest the newest deletion that was let go of
    void restoreForgotten(long newest) {
        forgotten = newest;
    }

    /// Takes up a document as it was kept. Only while this one is empty.
    ///
    /// @param kept its records, those changed last at the end
    void restore(long counter, SequencedMap<String, LwwRecord> kept) {
        timestamp = counter;
        kept.forEach(this::put);
    }

    Shapes shapes() {
        return shapes;
    }

    SequencedMap<String, LwwRecord> recordsByKey() {
        return records;
    }

    // Reading

    /// A record as JSON; empty when it is not there or deleted.
    public Optional<RawJson> get(String key) {
        LwwRecord record = records.get(key);
        if (record == null || record.isTombstone()) {
            return Optional.empty();
        }
        ByteBuilder out = new ByteBuilder(0, record.bytes());
        record.write(out);
        return Optional.of(RawJson.trusted(out.toByteArray()));
    }

    /// Writes what was written after a counter value: an object of records with those of their fields.
    ///
    /// @param tombstones whether deletions are among them
    /// @return how many records were written
    public int writeSince(double since, boolean tombstones, ByteBuilder out) {
        int written = 0;
        out.write('{');
        for (Map.Entry<String, LwwRecord> entry : records.sequencedEntrySet().reversed()) {
            if (entry.getValue().lastStamp() <= since) {
                break;
            }
            if (!tombstones && entry.getValue().isTombstone()) {
                continue;
            }
            if (written++ > 0) {
                out.write(',');
            }
            writeName(entry.getKey(), out);
            entry.getValue().writeSince(since, out);
        }
        out.write('}');
        return written;
    }

    /// What was written after a counter value, as a list of patches that makes the document at that value
    /// this one; negative for all there is.
    ///
    /// It is what [#writeSince] writes, and in front of it, where there are any, the deletions of records that
    /// are made of nothing but newer fields: they may have been made anew, and a full add does not clear what
    /// is left of a record that had the same key.
    public byte[] patchesSince(double since) {
        ByteBuilder changes = new ByteBuilder(0, 256);
        if (writeSince(since, true, changes) == 0) {
            return new byte[] {'[', ']'};
        }
        ByteBuilder out = new ByteBuilder(0, changes.length() + 64);
        out.write('[');
        if (since >= 0) {
            writeDeletions(since, out);
        }
        out.write(changes.toByteArray());
        out.write(']');
        return out.toByteArray();
    }

    private void writeDeletions(double since, ByteBuilder out) {
        boolean first = true;
        for (Map.Entry<String, LwwRecord> entry : records.sequencedEntrySet().reversed()) {
            LwwRecord record = entry.getValue();
            if (record.lastStamp() <= since) {
                break;
            }
            if (!record.isTombstone() && record.firstStamp() > since) {
                out.write(first ? '{' : ',');
                first = false;
                writeName(entry.getKey(), out);
                ascii("{\"_exists\":false}", out);
            }
        }
        if (!first) {
            ascii("},", out);
        }
    }

    /// Writes an object of the records that there are, whole, tombstones left out.
    ///
    /// @param prefix only those whose keys begin so
    public void writeState(String prefix, ByteBuilder out) {
        writeLiving(records.entrySet().stream().filter(entry -> entry.getKey().startsWith(prefix)), out);
    }

    /// As [#writeState(String, ByteBuilder)], of some keys.
    public void writeState(Collection<String> keys, ByteBuilder out) {
        writeLiving(
                keys.stream().distinct().filter(records::containsKey).map(key -> Map.entry(key, records.get(key))),
                out);
    }

    private static void writeLiving(Stream<Map.Entry<String, LwwRecord>> some, ByteBuilder out) {
        out.write('{');
        boolean first = true;
        for (Iterator<Map.Entry<String, LwwRecord>> each = some.iterator(); each.hasNext(); ) {
            Map.Entry<String, LwwRecord> entry = each.next();
            if (!entry.getValue().isTombstone()) {
                first = separate(first, out);
                writeName(entry.getKey(), out);
                entry.getValue().write(out);
            }
        }
        out.write('}');
    }

    /// The document as JSON, in the form that the reference server keeps: counter, state and the fields'
    /// counter values, tombstones included.
    public byte[] snapshot() {
        ByteBuilder out = new ByteBuilder(0, (int) Math.min(Integer.MAX_VALUE / 2, bytes + bytes / 2 + 64));
        ascii("{\"timestamp\":" + timestamp + ",\"state\":", out);
        writeRecords(records, out);
        ascii(",\"timestamps\":{", out);
        boolean first = true;
        for (Map.Entry<String, LwwRecord> entry : records.entrySet()) {
            first = separate(first, out);
            writeName(entry.getKey(), out);
            entry.getValue().writeStamps(out);
        }
        ascii("}}", out);
        return out.toByteArray();
    }

    /// Writes an object of records, all fields of each.
    static void writeRecords(Map<String, LwwRecord> records, ByteBuilder out) {
        out.write('{');
        boolean first = true;
        for (Map.Entry<String, LwwRecord> entry : records.entrySet()) {
            first = separate(first, out);
            writeName(entry.getKey(), out);
            entry.getValue().write(out);
        }
        out.write('}');
    }

    private static boolean separate(boolean first, ByteBuilder out) {
        if (!first) {
            out.write(',');
        }
        return false;
    }

    private static void writeName(String name, ByteBuilder out) {
        JsonText.quote(name, out);
        out.write(':');
    }

    private static void ascii(String text, ByteBuilder out) {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
