package dev.stoa.yjs.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.stoa.yjs.DocOptions;
import dev.stoa.yjs.UpdateException;
import dev.stoa.yjs.YDoc;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class SyncMessageTest {
    @Test
    void twoDocumentsComeTogetherByTheirSteps() {
        YDoc one = YDoc.create(DocOptions.of(1));
        YDoc other = YDoc.create(DocOptions.of(2));
        one.text("t").insert(0, "a");
        other.text("t").insert(0, "b");

        for (YDoc[] way : new YDoc[][] {{one, other}, {other, one}}) {
            byte[] asked = SyncMessage.step1(way[0]).encode();
            SyncMessage.Step2 answer = ((SyncMessage.Step1) SyncMessage.decode(asked)).answer(way[1]);
            way[0].apply(SyncMessage.decode(answer.encode()).payload(), null);
        }

        assertThat(one.text("t").toString()).isEqualTo("ab");
        assertThat(other.text("t").toString()).isEqualTo("ab");
    }

    @Test
    void messagesHaveTheBytesOfTheProtocol() {
        assertThat(hex(new SyncMessage.Step1(new byte[] {0}))).isEqualTo("000100");
        assertThat(hex(new SyncMessage.Step2(new byte[] {0, 0}))).isEqualTo("01020000");
        assertThat(hex(new SyncMessage.Update(new byte[] {0, 0}))).isEqualTo("02020000");
        byte[] frame = HexFormat.of().parseHex("0001020000");
        assertThat(SyncMessage.decode(frame, 1)).isInstanceOf(SyncMessage.Step2.class);
        assertThat(SyncMessage.decode(frame, 1).writes()).isTrue();
        assertThat(new SyncMessage.Step1(new byte[] {0}).writes()).isFalse();
    }

    @Test
    void unknownKindsAndBrokenMessagesAreRefused() {
        for (String bad : new String[] {"030100", "0002", "", "00010000", "ffffffff0f0100"}) {
            assertThatExceptionOfType(UpdateException.class)
                    .as(bad)
                    .isThrownBy(() -> SyncMessage.decode(HexFormat.of().parseHex(bad)));
        }
    }

    private static String hex(SyncMessage message) {
        return HexFormat.of().formatHex(message.encode());
    }
}
