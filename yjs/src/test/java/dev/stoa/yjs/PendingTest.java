package dev.stoa.yjs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What waits, what resumes, and what is said about it.
final class PendingTest {
    private static final byte[] A = Hex.bytes("01 01 01 00 04 01 01 74 01 61 00");
    private static final byte[] B = Hex.bytes("01 01 01 01 84 01 00 01 62 00");
    private static final byte[] C = Hex.bytes("01 01 01 02 84 01 01 01 63 00");
    /// Of client 2, between a and b of client 1.
    private static final byte[] X = Hex.bytes("01 01 02 00 c4 01 00 01 01 01 78 00");

    @Test
    @Row(13)
    void aGapOfTheOwnClientWaits() {
        YDoc doc = document();

        assertThat(doc.apply(C, null)).matches(a -> a.pending() && !a.integrated() && !a.duplicate());
        assertThat(doc.apply(B, null).pending()).isTrue();
        Applied last = doc.apply(A, null);

        assertThat(last.integrated()).isTrue();
        assertThat(last.pending()).isFalse();
        assertThat(doc.hasPending()).isFalse();
        assertThat(doc.text("t").toString()).isEqualTo("abc");
        assertThat(Hex.of(last.effective())).isEqualTo("01 01 01 00 04 01 01 74 03 61 62 63 00");
    }

    @Test
    @Row(13)
    void aMissingOriginWaits() {
        YDoc doc = document();

        assertThat(doc.apply(X, null).pending()).isTrue();
        doc.apply(B, null);
        doc.apply(A, null);

        assertThat(doc.text("t").toString()).isEqualTo("axb");
    }

    @Test
    @Row(13)
    void aMissingRightOriginWaits() {
        YDoc doc = document();

        doc.apply(A, null);
        assertThat(doc.apply(X, null).pending()).isTrue();
        assertThat(doc.text("t").toString()).isEqualTo("a");
        doc.apply(B, null);

        assertThat(doc.text("t").toString()).isEqualTo("axb");
    }

    @Test
    @Row(13)
    void aMissingParentWaits() {
        YDoc other = YDoc.create(DocOptions.of(1));
        List<byte[]> updates = new ArrayList<>();
        other.onUpdate(event -> updates.add(event.updateV1()));
        other.map("m").create("k", YKind.MAP);
        YDoc third = YDoc.create(DocOptions.of(3));
        third.apply(updates.get(0), null);
        byte[] inside = changeOf(third, () -> ((YMap) third.map("m").get("k")).set("deep", 1));
        YDoc doc = document();

        assertThat(doc.apply(inside, null).pending()).isTrue();
        doc.apply(updates.get(0), null);

        assertThat(doc.map("m").toJson()).isEqualTo(Map.of("k", Map.of("deep", 1L)));
    }

    /// The struct of client 9 needs clock 0 of client 1. yjs takes up the block of client 1 for that,
    /// finds that it begins at clock 5, and notes for both structs only that client 1 must get beyond
    /// clock 4. So clock 0 alone does not wake it, though client 9 lacks nothing more; its own state
    /// applied to itself does.
    @Test
    @Row(13)
    void whatWaitsBesideAGapGoesOnWhenItsOwnNeedComes() {
        byte[] both = Hex.bytes("02 01 09 00 84 01 00 01 78 01 01 05 84 01 04 01 66 00");
        YDoc doc = document();
        doc.apply(both, null);

        Applied applied = doc.apply(A, null);

        assertThat(doc.text("t").toString()).isEqualTo("ax");
        assertThat(applied.effective()).isNotEmpty();
        assertThat(doc.hasPending()).isTrue();
        try (Oracle oracle = Oracle.start()) {
            oracle.ask("open", 7, 7, true);
            oracle.ask("apply", 7, both, false);
            oracle.ask("apply", 7, A, false);
            assertThat(oracle.map("view", 7).get("t")).isEqualTo("a");
            oracle.ask("wake", 7);
            assertThat(oracle.map("view", 7).get("t")).isEqualTo("ax");
            assertThat(oracle.map("state", 7, null).get("v1")).isEqualTo(doc.encodeState());
        }
    }

    @Test
    void aDeletionOfWhatIsNotThereWaits() {
        YDoc doc = document();
        doc.apply(A, null);

        assertThat(doc.apply(Hex.bytes("00 01 01 01 00 02"), null).pending()).isTrue();
        assertThat(doc.text("t").toString()).isEmpty();
        doc.apply(B, null);
        doc.apply(C, null);

        assertThat(doc.text("t").toString()).isEqualTo("c");
        assertThat(doc.hasPending()).isFalse();
    }

    @Test
    @Row(16)
    void whatWaitsSurvivesEncodingAndMerging() {
        YDoc doc = document();
        doc.apply(A, null);
        doc.apply(C, null);
        doc.apply(Hex.bytes("00 01 01 01 02 01"), null);

        YDoc restarted = document();
        restarted.apply(doc.encodeState(), null);
        YDoc restartedV2 = document();
        restartedV2.applyV2(doc.encodeStateV2(), null);
        YDoc merged = document();
        merged.apply(Updates.merge(List.of(doc.encodeState(), B)), null);

        for (YDoc again : List.of(restarted, restartedV2)) {
            assertThat(again.hasPending()).isTrue();
            assertThat(again.encodeState()).isEqualTo(doc.encodeState());
            again.apply(B, null);
            assertThat(again.text("t").toString()).isEqualTo("ab");
            assertThat(again.hasPending()).isFalse();
        }
        assertThat(merged.text("t").toString()).isEqualTo("ab");
    }

    @Test
    @Row(17)
    void whatOnlyWaitsFiresNoEvent() {
        YDoc doc = document();
        List<byte[]> events = new ArrayList<>();
        doc.onUpdate(event -> events.add(event.updateV1()));

        doc.apply(C, null);
        doc.apply(X, null);

        assertThat(events).isEmpty();
    }

    @Test
    @Row(18)
    void aDuplicateFiresNoEvent() {
        YDoc doc = document();
        doc.apply(A, null);
        doc.apply(Hex.bytes("00 01 01 01 00 01"), null);
        List<byte[]> events = new ArrayList<>();
        doc.onUpdate(event -> events.add(event.updateV1()));

        for (byte[] known : List.of(A, Hex.bytes("00 01 01 01 00 01"), Hex.bytes("00 00"), doc.encodeState())) {
            Applied applied = doc.apply(known, null);
            assertThat(applied.duplicate()).isTrue();
            assertThat(applied.effective()).isEmpty();
            assertThat(doc.contains(known)).isTrue();
        }
        assertThat(events).isEmpty();
        assertThat(doc.contains(B)).isFalse();
    }

    @Test
    @Row(33)
    void theEventHoldsWhatAnotherDocumentNeedsAndNoMore() {
        YDoc doc = document();
        YDoc other = YDoc.create(DocOptions.of(8));
        doc.onUpdate(event -> {
            Applied applied = other.apply(event.updateV1(), null);
            assertThat(applied.effective()).isEqualTo(event.updateV1());
            assertThat(applied.pending()).isFalse();
        });
        doc.text("t").insert(0, "hello", Map.of("bold", true));
        doc.text("t").delete(1, 3);
        doc.array("a").create(0, YKind.MAP).set("k", List.of(1));
        doc.array("a").delete(0, 1);
        doc.apply(A, null);

        assertThat(other.encodeState()).isEqualTo(doc.encodeState());
    }

    @Test
    void deliveryInAnyOrderComesToTheSame() {
        List<byte[]> updates = new ArrayList<>(List.of(A, B, C, X, Hex.bytes("00 01 01 01 01 01")));
        Random random = new Random(5);
        for (int i = 0; i < 200; i++) {
            Collections.shuffle(updates, random);
            YDoc doc = document();
            updates.forEach(update -> doc.apply(update, null));
            assertThat(doc.text("t").toString()).isEqualTo("axc");
            assertThat(doc.hasPending()).isFalse();
        }
    }

    private static byte[] changeOf(YDoc doc, Runnable change) {
        List<byte[]> updates = new ArrayList<>();
        Subscription subscription = doc.onUpdate(event -> updates.add(event.updateV1()));
        change.run();
        subscription.cancel();
        return Updates.merge(updates);
    }

    private static YDoc document() {
        return YDoc.create(DocOptions.of(7));
    }
}
