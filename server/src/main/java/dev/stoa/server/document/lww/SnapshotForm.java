package dev.stoa.server.document.lww;

import dev.stoa.protocol.ByteBuilder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Reads the JSON form of documents (documents protocol, section 12.1):
///
/// ```
/// {"timestamp":11,"state":{"e1/P":{"_exists":true,"x":5}},"timestamps":{"e1/P":{"_exists":6,"x":11}}}
/// ```
///
/// As the reference server does, a field without a counter value is kept and never sent to who comes
/// back, a counter value without a field is passed over, and a record without `_exists` is there. That
/// server can save counter values of fields that are newer than the document's, of edits that are not in
/// the state: they count as the document's.
final class SnapshotForm {
    private final LwwLimits limits;
    private final LwwDocument document = new LwwDocument();
    private final byte[] json;

    private SnapshotForm(byte[] json, LwwLimits limits) {
        this.json = json;
        this.limits = limits;
    }

    static LwwDocument read(byte[] json, LwwLimits limits) {
        try {
            JsonText probe = new JsonText(json);
            probe.skip();
            probe.end();
            byte[] compact = probe.isSpaced() ? JsonText.compact(json, 0, json.length) : json;
            return new SnapshotForm(compact, limits).read();
        } catch (MalformedJsonException malformed) {
            throw new IllegalArgumentException("no snapshot of a document: " + malformed.getMessage(), malformed);
        }
    }

    private LwwDocument read() {
        Long counter = null;
        Map<String, Fields> state = null;
        Map<String, Map<String, Long>> stamps = null;
        JsonText in = new JsonText(json);
        in.enterObject();
        for (String name = in.nextName(); name != null; name = in.nextName()) {
            switch (name) {
                case "timestamp" -> counter = stamp(in);
                case "state" -> state = state(in);
                case "timestamps" -> stamps = stamps(in);
                default -> in.skip();
            }
        }
        if (counter == null || state == null || stamps == null) {
            throw new MalformedJsonException("it needs timestamp, state and timestamps");
        }
        long newest = counter;
        stamps.values().forEach(fields -> fields.replaceAll((_, stamp) -> Math.min(stamp, newest)));
        document.restore(counter, records(state, stamps));
        if (document.bytes() > limits.maxDocumentBytes()) {
            throw new IllegalArgumentException(
                    "a document of " + document.bytes() + " bytes exceeds " + limits.maxDocumentBytes());
        }
        return document;
    }

    private Map<String, Fields> state(JsonText in) {
        Map<String, Fields> state = new LinkedHashMap<>();
        in.enterObject();
        for (String key = in.nextName(); key != null; key = in.nextName()) {
            Patches.checkKey("a key", key, limits);
            state.put(key, Fields.parse(json, in, limits));
            if (state.size() > limits.maxRecords()) {
                throw new MalformedJsonException("more than " + limits.maxRecords() + " records");
            }
        }
        return state;
    }

    private static Map<String, Map<String, Long>> stamps(JsonText in) {
        Map<String, Map<String, Long>> stamps = new HashMap<>();
        in.enterObject();
        for (String key = in.nextName(); key != null; key = in.nextName()) {
            Map<String, Long> fields = new HashMap<>();
            in.enterObject();
            for (String field = in.nextName(); field != null; field = in.nextName()) {
                fields.put(field, stamp(in));
            }
            stamps.put(key, fields);
        }
        return stamps;
    }

    private static long stamp(JsonText in) {
        double stamp = in.number();
        if (stamp < 0 || stamp > 1L << 53 || stamp != Math.rint(stamp)) {
            throw new MalformedJsonException("a timestamp must be a whole number, not " + stamp);
        }
        return (long) stamp;
    }

    /// The records, those changed last at the end.
    private SequencedMap<String, LwwRecord> records(Map<String, Fields> state, Map<String, Map<String, Long>> stamps) {
        record Kept(String key, LwwRecord record, long last) {}
        List<Kept> kept = new ArrayList<>(state.size());
        state.forEach((key, fields) -> {
            LwwRecord record = record(fields, stamps.getOrDefault(key, Map.of()));
            kept.add(new Kept(key, record, record.lastStamp()));
        });
        kept.sort(Comparator.comparingLong(Kept::last));
        SequencedMap<String, LwwRecord> records = new LinkedHashMap<>();
        kept.forEach(one -> records.put(one.key, one.record));
        return records;
    }

    private LwwRecord record(Fields fields, Map<String, Long> stamps) {
        if (fields.existence() == Fields.Existence.FALSE) {
            return LwwRecord.tombstone(stampOf("_exists", stamps));
        }
        ByteBuilder out = new ByteBuilder(0, 64);
        for (int i = 0; i < fields.size(); i++) {
            String name = fields.names().get(i);
            LwwRecord.writeField(stampOf(name, stamps), json, fields.from(i), fields.to(i), out);
        }
        return new LwwRecord(document.shapes().of(fields.names()), out.toByteArray());
    }

    private static long stampOf(String field, Map<String, Long> stamps) {
        @Nullable Long stamp = stamps.get(field);
        return stamp == null ? 0 : stamp;
    }
}
