package dev.stoa.server.http;

import dev.stoa.protocol.ByteBuilder;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.server.document.DocumentChanges;
import dev.stoa.server.document.DocumentEvent;
import dev.stoa.server.document.DocumentEvents;
import dev.stoa.server.document.DocumentPosition;
import dev.stoa.server.document.DocumentRoom;
import dev.stoa.server.document.lww.JsonText;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What happens to a document, as server-sent events. Written once, by one thread.
///
/// ```
/// id: 18:01a1fed0-…
/// event: changed | restored | synced
/// data: {"timestamp":18,"clientId":"ada","patches":[…]}
/// ```
///
/// What was missed comes first, without `clientId`; then `synced`, with neither patches nor client; then every
/// edit. JSON of documents holds no line breaks, so each event's data is one line.
final class DocumentStream implements ApiAnswer.Content {
    private static final System.Logger LOG = System.getLogger(DocumentStream.class.getName());
    private static final byte[] HEARTBEAT = {':', '\n', '\n'};

    private final DocumentRoom document;
    private final Streams streams;
    private final DocumentPosition begins;
    /// Maybe a whole document: let go of once it is written, for a stream lasts.
    private @Nullable DocumentChanges missed;

    private DocumentStream(DocumentRoom document, DocumentChanges missed, Streams streams) {
        this.document = document;
        this.streams = streams;
        this.begins = missed.position();
        this.missed = missed;
    }

    /// Asks the document what is newer, so that what can be refused is refused before anything is sent.
    static DocumentStream of(DocumentRoom document, DocumentPosition since, Streams streams) {
        streams.requireFree();
        return new DocumentStream(document, document.changesSince(since), streams);
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        try (Streams.Place _ = streams.take();
                DocumentEvents events = document.events(begins);
                Patience patience =
                        Patience.with(Thread.currentThread(), streams.settings().patience())) {
            patience.write(out, beginning());
            while (!events.isOver()) {
                Optional<DocumentEvent> event = events.next(streams.settings().heartbeat());
                if (event.isPresent() || !events.isOver()) {
                    patience.write(out, event.map(DocumentStream::encoded).orElse(HEARTBEAT));
                }
            }
        } catch (ProtocolException refused) {
            // Too late for a status: who comes again is told.
            LOG.log(System.Logger.Level.DEBUG, "a stream of {0} did not begin: {1}", document, refused.getMessage());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while there was nothing to write");
        }
    }

    private byte[] beginning() {
        ByteBuilder out = new ByteBuilder(0, 256);
        DocumentChanges first = missed;
        missed = null;
        if (first != null && !first.isEmpty()) {
            write(
                    first.replaces() ? "restored" : "changed",
                    begins,
                    null,
                    first.patches().utf8(),
                    out);
        }
        write("synced", begins, null, null, out);
        return out.toByteArray();
    }

    private static byte[] encoded(DocumentEvent event) {
        byte[] patches = event.patches().utf8();
        ByteBuilder out = new ByteBuilder(0, patches.length + 192);
        switch (event) {
            case DocumentEvent.Changed changed ->
                write("changed", changed.position(), changed.isCatchUp() ? null : changed.clientId(), patches, out);
            case DocumentEvent.Restored restored -> write("restored", restored.position(), null, patches, out);
        }
        return out.toByteArray();
    }

    private static void write(
            String name,
            DocumentPosition position,
            @Nullable String clientId,
            byte @Nullable [] patches,
            ByteBuilder out) {
        ascii("id: " + position + "\nevent: " + name + "\ndata: {\"timestamp\":" + position.timestamp(), out);
        if (clientId != null) {
            ascii(",\"clientId\":", out);
            JsonText.quote(clientId, out);
        }
        if (patches != null) {
            ascii(",\"patches\":", out);
            out.write(patches);
        }
        ascii("}\n\n", out);
    }

    private static void ascii(String text, ByteBuilder out) {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
