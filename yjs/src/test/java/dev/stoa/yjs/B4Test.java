package dev.stoa.yjs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/// A paper written keystroke by keystroke, 259,778 edits.
final class B4Test {
    private static final String DIGEST = "a489e9022976c14e46627aea174d07797edcb3fd17df42605956d4cf01bf9039";
    private static final long FIVE_BYTE_CLIENT = 0xfedcba98L;

    @Test
    @Row(57)
    void theTraceComesToItsTextAndToTheBytesOfYjs() throws IOException, GeneralSecurityException {
        YDoc doc = YDoc.create(DocOptions.of(FIVE_BYTE_CLIENT));
        List<byte[]> updates = new ArrayList<>();
        doc.onUpdate(event -> updates.add(event.updateV1()));

        edit(doc.text("text"));

        assertThat(digest(doc)).isEqualTo(DIGEST);
        assertThat(updates).hasSize(259_778);
        assertThat(doc.encodeState()).hasSize(311_038);
        assertThat(doc.encodeStateV2()).hasSize(159_929);

        YDoc oneByOne = YDoc.create(DocOptions.of(1));
        updates.forEach(update -> {
            byte[] again = oneByOne.apply(update, null).effective();
            if (again.length != update.length) {
                throw new AssertionError("emitted again " + Hex.of(again) + " for " + Hex.of(update));
            }
        });
        YDoc atOnce = YDoc.create(DocOptions.of(1));
        atOnce.apply(Updates.merge(updates), null);
        YDoc loaded = YDoc.create(DocOptions.of(1));
        loaded.loadV2(doc.encodeStateV2());

        for (YDoc other : List.of(oneByOne, atOnce, loaded)) {
            assertThat(digest(other)).isEqualTo(DIGEST);
            assertThat(other.encodeState()).isEqualTo(doc.encodeState());
            assertThat(other.encodeStateV2()).isEqualTo(doc.encodeStateV2());
        }
    }

    private static String digest(YDoc doc) throws GeneralSecurityException {
        byte[] text = doc.text("text").toString().getBytes(StandardCharsets.US_ASCII);
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    }

    private static void edit(YText text) throws IOException {
        byte[] data;
        try (InputStream file = B4Test.class.getResourceAsStream("/b4-trace.bin.gz");
                InputStream in = new GZIPInputStream(file)) {
            data = in.readAllBytes();
        }
        int cursor = 0;
        for (int at = 8; at < data.length; ) {
            int z = 0;
            for (int shift = 0; ; shift += 7) {
                byte b = data[at++];
                z |= (b & 0x7f) << shift;
                if (b >= 0) {
                    break;
                }
            }
            cursor += (z & 1) != 0 ? -((z + 1) >> 1) : z >> 1;
            char c = (char) data[at++];
            if (c == 0) {
                text.delete(cursor, 1);
            } else {
                text.insert(cursor++, String.valueOf(c));
            }
        }
    }
}
