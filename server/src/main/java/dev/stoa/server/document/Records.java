package dev.stoa.server.document;

import dev.stoa.protocol.ByteBuilder;
import dev.stoa.server.document.lww.JsonText;
import dev.stoa.server.document.lww.LwwDocument;
import dev.stoa.server.document.lww.LwwLimits;
import dev.stoa.server.document.lww.Patches;
import dev.stoa.server.store.LogRecord;
import dev.stoa.server.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The records of a document's log.
///
/// ```
/// edit      {"timestamp":18,"clientId":"C","patches":[{"e1/shape":{"x":5}}]}
/// imported  a document's snapshot, in the place of all before
/// forgotten {"upTo":17}
/// ```
///
/// The patches of an edit are as they were sent, without what was dropped. What is forgotten are the
/// tombstones that were made up to a counter value: whoever wrote the record knew their age.
final class Records {
    static final String EDIT = "edit";
    static final String IMPORTED = "imported";
    static final String FORGOTTEN = "forgotten";
    static final Set<String> ALL = Set.of(EDIT, IMPORTED, FORGOTTEN);

    private Records() {}

    static byte[] edit(long timestamp, String clientId, byte[] patches) {
        ByteBuilder out = new ByteBuilder(0, patches.length + clientId.length() + 64);
        out.write(("{\"timestamp\":" + timestamp + ",\"clientId\":").getBytes(StandardCharsets.ISO_8859_1));
        JsonText.quote(clientId, out);
        out.write(",\"patches\":".getBytes(StandardCharsets.ISO_8859_1));
        out.write(patches);
        out.write('}');
        return out.toByteArray();
    }

    static byte[] forgotten(long upTo) {
        return ("{\"upTo\":" + upTo + "}").getBytes(StandardCharsets.ISO_8859_1);
    }

    /// Folds a record into a document.
    ///
    /// @return the document that comes of it
    /// @throws StoreException when the record is not one that follows
    static LwwDocument fold(LwwDocument document, LogRecord record) {
        try {
            switch (record.type()) {
                case IMPORTED -> {
                    return LwwDocument.ofSnapshot(record.body(), LwwLimits.none())
                            .inPlaceOf(document);
                }
                case FORGOTTEN -> document.forget(upTo(record.body()));
                default -> replay(document, record.body());
            }
            return document;
        } catch (RuntimeException broken) {
            throw new StoreException("record " + record.offset() + " of a document's log is broken", broken);
        }
    }

    private static long upTo(byte[] body) {
        JsonText in = new JsonText(body);
        in.enterObject();
        for (String name = in.nextName(); name != null; name = in.nextName()) {
            if (name.equals("upTo")) {
                return (long) in.number();
            }
            in.skip();
        }
        throw new IllegalArgumentException("it does not say what is forgotten");
    }

    private static void replay(LwwDocument document, byte[] body) {
        double timestamp = 0;
        byte @Nullable [] patches = null;
        JsonText in = new JsonText(body);
        in.enterObject();
        for (String name = in.nextName(); name != null; name = in.nextName()) {
            switch (name) {
                case "timestamp" -> timestamp = in.number();
                case "patches" -> {
                    int from = in.next();
                    in.skip();
                    patches = Arrays.copyOfRange(body, from, in.position());
                }
                default -> in.skip();
            }
        }
        if (patches == null || timestamp != document.timestamp() + 1) {
            throw new IllegalArgumentException(
                    "an edit at %.0f does not follow %d".formatted(timestamp, document.timestamp()));
        }
        document.apply(Patches.parse(patches, LwwLimits.none()), LwwLimits.none());
    }
}
