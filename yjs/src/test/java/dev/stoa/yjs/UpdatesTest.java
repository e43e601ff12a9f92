package dev.stoa.yjs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The algebra of updates: work on bytes without a document.
final class UpdatesTest {
    private static Oracle oracle;

    @BeforeAll
    static void start() {
        oracle = Oracle.start();
    }

    @AfterAll
    static void stop() {
        oracle.close();
    }

    @Test
    @Row(25)
    void aMergeFillsGapsWithSkips() {
        List<byte[]> letters = letters("abc");

        byte[] merged = Updates.merge(List.of(letters.get(0), letters.get(2)));

        assertThat(Hex.of(merged)).isEqualTo("01 03 01 00 04 01 01 74 01 61 0a 01 84 01 01 01 63 00");
        assertThat(merged).isEqualTo(oracle.bytes("merge", List.of(letters.get(0), letters.get(2))));
        assertThat(Updates.merge(List.of(merged, letters.get(1)))).isEqualTo(Updates.merge(letters));
    }

    @Test
    @Row(25)
    void aSingleUpdateIsReturnedUnread() {
        byte[] nonsense = {9, 9, 9};

        assertThat(Updates.merge(List.of(nonsense))).isSameAs(nonsense);
    }

    @Test
    void structsAreNotJoinedByAMerge() {
        assertThat(Hex.of(Updates.merge(letters("abc"))))
                .isEqualTo("01 03 01 00 04 01 01 74 01 61 84 01 00 01 62 84 01 01 01 63 00");
    }

    @Test
    void collectedRangesAreJoinedByAMerge() {
        List<byte[]> ranges = List.of(Hex.bytes("01 01 01 00 00 02 00"), Hex.bytes("01 01 01 02 00 03 00"));

        assertThat(Hex.of(Updates.merge(ranges))).isEqualTo("01 01 01 00 00 05 00");
        assertThat(Updates.merge(ranges)).isEqualTo(oracle.bytes("merge", ranges));
    }

    @Test
    void whatOverlapsIsCut() {
        byte[] longer = Hex.bytes("01 01 01 00 04 01 01 74 05 68 65 6c 6c 6f 00");
        byte[] tail = Hex.bytes("01 01 01 03 84 01 02 03 6c 6f 21 00");

        assertThat(Updates.merge(List.of(tail, longer))).isEqualTo(oracle.bytes("merge", List.of(tail, longer)));
        assertThat(Hex.of(Updates.merge(List.of(longer, tail))))
                .isEqualTo("01 02 01 00 04 01 01 74 05 68 65 6c 6c 6f 84 01 04 01 21 00");
    }

    @Test
    @Row(26)
    void aDiffDropsLeadingSkipsAndKeepsInnerOnes() {
        byte[] gaps = Hex.bytes("01 05 01 00 04 01 01 74 01 61 0a 01 84 01 01 01 63 0a 01 84 01 03 01 65 00");

        assertThat(Hex.of(Updates.diff(gaps, Hex.bytes("01 01 01"))))
                .isEqualTo("01 03 01 02 84 01 01 01 63 0a 01 84 01 03 01 65 00");
        assertThat(Updates.diff(gaps, Hex.bytes("01 01 01")))
                .isEqualTo(oracle.bytes("diff", gaps, Hex.bytes("01 01 01")));
        assertThat(Hex.of(Updates.diff(gaps, Hex.bytes("01 01 05")))).isEqualTo("00 00");
    }

    @Test
    @Row(26)
    void theVectorOfAnUpdateStopsAtASkip() {
        byte[] gaps = Hex.bytes("02 01 09 03 04 01 01 74 01 61 03 01 00 04 01 01 74 01 61 0a 01 84 01 01 01 63 00");

        assertThat(Hex.of(Updates.stateVector(gaps))).isEqualTo("01 01 01");
        assertThat(Updates.stateVector(gaps)).isEqualTo(oracle.bytes("vectorOf", gaps));
        assertThat(Updates.meta(gaps)).isEqualTo(new Updates.Meta(Map.of(1L, 0L, 9L, 3L), Map.of(1L, 3L, 9L, 4L)));
    }

    @Test
    void aSnapshotContainsWhatItHasSeen() {
        YDoc doc = YDoc.create(DocOptions.of(1));
        doc.text("t").insert(0, "hello");
        byte[] before = doc.encodeState();
        Snapshot snapshot = doc.snapshot();
        doc.text("t").delete(0, 1);

        for (byte[] update :
                List.of(before, doc.encodeState(), Hex.bytes("00 00"), Hex.bytes("01 01 01 05 84 01 04 01 21 00"))) {
            assertThat(Updates.contains(snapshot, update)).isEqualTo(oracle.ask("contains", snapshot.encode(), update));
        }
        assertThat(Updates.contains(snapshot, before)).isTrue();
        assertThat(Updates.contains(snapshot, doc.encodeState())).isFalse();
    }

    @Test
    void mergingIsCommutativeAssociativeAndIdempotentInEffect() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 60; round++) {
            List<byte[]> updates = history(random);
            byte[] all = after(updates);
            List<byte[]> shuffled = new ArrayList<>(updates);
            Collections.shuffle(shuffled, random);
            int cut = random.nextInt(shuffled.size());
            byte[] left = Updates.merge(shuffled.subList(0, cut + 1));
            byte[] right = Updates.merge(new ArrayList<>(shuffled.subList(cut, shuffled.size())));

            assertThat(after(List.of(Updates.merge(shuffled))))
                    .as("seed %d", seed)
                    .isEqualTo(all);
            assertThat(after(List.of(Updates.merge(List.of(right, left)))))
                    .as("seed %d", seed)
                    .isEqualTo(all);
            assertThat(after(List.of(Updates.merge(List.of(left, right, left)))))
                    .as("seed %d", seed)
                    .isEqualTo(all);
            assertThat(Updates.toV1(Updates.toV2(Updates.merge(updates))))
                    .as("seed %d", seed)
                    .isEqualTo(Updates.merge(updates));
            assertThat(Updates.toV1(
                            Updates.mergeV2(shuffled.stream().map(Updates::toV2).toList())))
                    .as("seed %d", seed)
                    .isEqualTo(Updates.merge(shuffled));
        }
    }

    @Test
    void aPeerAndTheDifferenceToItAreTheWhole() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 60; round++) {
            List<byte[]> updates = history(random);
            YDoc whole = YDoc.create(DocOptions.of(99));
            YDoc peer = YDoc.create(DocOptions.of(98));
            for (byte[] update : updates) {
                whole.apply(update, null);
                if (random.nextBoolean()) {
                    peer.apply(update, null);
                }
            }
            byte[] vector = peer.stateVector();
            YDoc byDiffOfUpdate = YDoc.create(DocOptions.of(97));
            byDiffOfUpdate.apply(peer.encodeState(), null);

            peer.apply(whole.encodeState(vector), null);
            byDiffOfUpdate.apply(Updates.diff(whole.encodeState(), vector), null);

            assertThat(View.show(View.of(peer))).as("seed %d", seed).isEqualTo(View.show(View.of(whole)));
            assertThat(View.show(View.of(byDiffOfUpdate))).as("seed %d", seed).isEqualTo(View.show(View.of(whole)));
            assertThat(peer.snapshot()).as("seed %d", seed).isEqualTo(whole.snapshot());
            assertThat(Updates.stateVector(whole.encodeState()))
                    .as("seed %d", seed)
                    .isEqualTo(whole.stateVector());
        }
    }

    /// Updates of some clients who see each other now and then.
    private static List<byte[]> history(Random random) {
        List<YDoc> docs = new ArrayList<>();
        List<byte[]> updates = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            YDoc doc = YDoc.create(DocOptions.of(10L * i + 1));
            doc.onUpdate(event -> {
                if (event.local()) {
                    updates.add(event.updateV1());
                }
            });
            docs.add(doc);
        }
        for (int i = 0; i < 25; i++) {
            YDoc doc = docs.get(random.nextInt(3));
            YText text = doc.text("t");
            switch (random.nextInt(5)) {
                case 0 -> text.delete(0, Math.min(2, text.length()));
                case 1 -> doc.map("m").set("k" + random.nextInt(2), random.nextInt());
                case 2 -> doc.array("a").insert(random.nextInt(doc.array("a").length() + 1), List.of(1, "x"));
                case 3 -> doc.apply(docs.get(random.nextInt(3)).encodeState(), null);
                default -> text.insert(random.nextInt(text.length() + 1), "ab");
            }
        }
        docs.get(0).text("t").insert(0, "!");
        return updates;
    }

    /// The state after all of them, in the form that does not depend on how they came.
    private static byte[] after(List<byte[]> updates) {
        YDoc doc = YDoc.create(DocOptions.of(99));
        updates.forEach(update -> doc.apply(update, null));
        assertThat(doc.hasPending()).isFalse();
        return (View.show(View.of(doc)) + doc.snapshot()).getBytes(StandardCharsets.UTF_8);
    }

    private static List<byte[]> letters(String text) {
        List<byte[]> updates = new ArrayList<>();
        YDoc doc = YDoc.create(DocOptions.of(1));
        doc.onUpdate(event -> updates.add(event.updateV1()));
        for (int i = 0; i < text.length(); i++) {
            doc.text("t").insert(i, text.substring(i, i + 1));
        }
        return updates;
    }
}
