package dev.stoa.server.document;

import dev.stoa.protocol.ByteBuilder;
import dev.stoa.protocol.RawJson;
import dev.stoa.server.delivery.Frame;
import dev.stoa.server.document.lww.JsonText;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What sockets are told, encoded (documents protocol, section 4).
final class Frames {
    /// The version of the protocol.
    static final int VERSION = 2;

    private Frames() {}

    static Frame ack(@Nullable RawJson messageId, long timestamp) {
        ByteBuilder out = new ByteBuilder(Frame.HEADROOM, 96);
        ascii("{\"type\":\"ack\"", out);
        if (messageId != null) {
            ascii(",\"messageId\":", out);
            out.write(messageId.utf8());
        }
        ascii(",\"timestamp\":" + timestamp + "}", out);
        return Frame.text(out);
    }

    /// @param clientId who caused it; empty in answers
    /// @param documents a list of patches; null for none
    /// @param ephemerals as well
    static Frame patch(String clientId, byte @Nullable [] documents, long timestamp, byte @Nullable [] ephemerals) {
        int size = (documents == null ? 0 : documents.length) + (ephemerals == null ? 0 : ephemerals.length);
        ByteBuilder out = new ByteBuilder(Frame.HEADROOM, size + 128 + clientId.length());
        ascii("{\"type\":\"patch\",\"clientId\":", out);
        JsonText.quote(clientId, out);
        if (documents != null) {
            ascii(",\"documentPatches\":", out);
            out.write(documents);
            ascii(",\"timestamp\":" + timestamp, out);
        }
        if (ephemerals != null) {
            ascii(",\"ephemeralPatches\":", out);
            out.write(ephemerals);
        }
        out.write('}');
        return Frame.text(out);
    }

    static Frame synced(long timestamp) {
        return text("{\"type\":\"synced\",\"timestamp\":" + timestamp + "}");
    }

    static Frame resync(long since) {
        return text("{\"type\":\"resync\",\"since\":" + since + "}");
    }

    static Frame clientCount(int count) {
        return text("{\"type\":\"clientCount\",\"count\":" + count + "}");
    }

    static Frame versionMismatch() {
        return text("{\"type\":\"version-mismatch\",\"serverProtocolVersion\":" + VERSION + "}");
    }

    private static Frame text(String json) {
        ByteBuilder out = new ByteBuilder(Frame.HEADROOM, json.length());
        ascii(json, out);
        return Frame.text(out);
    }

    private static void ascii(String text, ByteBuilder out) {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// A list of one patch.
    static byte[] list(byte[] patch) {
        ByteBuilder out = new ByteBuilder(0, patch.length + 2);
        out.write('[');
        out.write(patch);
        out.write(']');
        return out.toByteArray();
    }
}
