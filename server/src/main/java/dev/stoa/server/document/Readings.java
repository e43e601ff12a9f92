package dev.stoa.server.document;

import dev.stoa.protocol.ByteBuilder;
import dev.stoa.server.document.lww.LwwDocument;
import org.jspecify.annotations.Nullable;

/// What is read of a document with the position it is at. Stateless.
final class Readings {
    /// Before all counter values, also those of fields of which a snapshot did not say when they were
    /// written.
    private static final long EVERYTHING = -1;

    private Readings() {}

    /// @param epoch the document's
    static DocumentCommand.Newer newer(LwwDocument document, DocumentCommand.Since asked, @Nullable String epoch) {
        boolean elsewhere = asked.epoch() != null && !asked.epoch().equals(epoch)
                || asked.timestamp() > document.timestamp()
                || asked.timestamp() > 0 && asked.timestamp() < document.forgotten();
        boolean nothingKnown = asked.timestamp() == 0 && asked.epoch() == null;
        byte[] patches =
                elsewhere ? whole(document) : document.patchesSince(nothingKnown ? EVERYTHING : asked.timestamp());
        return new DocumentCommand.Newer(epoch, document.timestamp(), elsewhere, patches);
    }

    private static byte[] whole(LwwDocument document) {
        ByteBuilder out = new ByteBuilder(0, 256);
        out.write('[');
        document.writeState("", out);
        out.write(']');
        return out.toByteArray();
    }

    static DocumentCommand.State state(LwwDocument document, DocumentCommand.Read asked, @Nullable String epoch) {
        ByteBuilder out = new ByteBuilder(0, 256);
        if (asked.keys() == null) {
            document.writeState(asked.prefix(), out);
        } else {
            document.writeState(asked.keys(), out);
        }
        return new DocumentCommand.State(epoch, document.timestamp(), out.toByteArray());
    }
}
