package dev.stoa.yjs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A third opinion: the Rust engine, as ywasm 0.18.3.
///
/// Updates commute, so all of them in any order must come to what they come to in the order in which
/// they were made. Ours and yjs hold that law; ywasm does not in two cases, and in these contradicts
/// itself, not only us. It forgets a deletion that comes before what it deletes, and it loses structs,
/// or panics, when one client's updates come out of their order. Both are shown below, byte by byte.
/// Everything else must be the same, and is compared with every author's updates in their order and all
/// of them twice, which brings the forgotten deletions again.
final class WasmTest {
    private Oracle oracle;

    @BeforeEach
    void start() {
        oracle = Oracle.start();
    }

    @AfterEach
    void stop() {
        oracle.close();
    }

    @Test
    @Row({11, 12})
    void updatesInAnyOrderComeToTheSameAsInYjsAndInRust() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (Budget budget = Budget.of("stoa.yjs.rust", 60); budget.next(); ) {
            List<List<byte[]>> authors = history(random);
            List<byte[]> woven = woven(authors, random);
            woven.addAll(List.copyOf(woven));
            List<byte[]> shuffled = new ArrayList<>(woven);
            Collections.shuffle(shuffled, random);

            YDoc doc = ours(shuffled);

            assertThat(doc.encodeState()).as("seed %d", seed).isEqualTo(yjs(shuffled));
            Map<?, ?> theirs = oracle.map("wasm", woven);
            assertThat(View.show(theirs.get("t")))
                    .as("seed %d", seed)
                    .isEqualTo(View.show(doc.text("t").toString()));
            assertThat(View.show(theirs.get("a")))
                    .as("seed %d", seed)
                    .isEqualTo(View.show(doc.array("a").toJson()));
            assertThat(View.show(theirs.get("m")))
                    .as("seed %d", seed)
                    .isEqualTo(View.show(doc.map("m").toJson()));
            YDoc back = ours(List.of((byte[]) theirs.get("v1")));
            assertThat(back.snapshot()).as("seed %d", seed).isEqualTo(doc.snapshot());
        }
    }

    /// The deletion of clock 1, then clocks 1 and 0: in ywasm clock 1 stays. With the deletion last, it
    /// does not.
    @Test
    void rustForgetsADeletionThatComesBeforeWhatItDeletes() {
        byte[] deletion = Hex.bytes("00 01 64 01 01 01");
        byte[] second = Hex.bytes("01 01 64 01 48 64 00 01 7d 02 00");
        byte[] first = Hex.bytes("01 01 64 00 08 01 01 61 01 7d 01 00");
        List<byte[]> early = List.of(deletion, second, first);
        List<byte[]> late = List.of(first, second, deletion);

        assertThat(ours(early).array("a").toJson()).isEqualTo(List.of(1L));
        assertThat(ours(early).encodeState()).isEqualTo(yjs(early)).isEqualTo(yjs(late));
        assertThat(View.show(oracle.map("wasm", late).get("a"))).isEqualTo("[L1]");
        assertThat(View.show(oracle.map("wasm", early).get("a"))).isEqualTo("[L2, L1]");
    }

    /// Clocks 1 and 3 of a client, and then clock 0: ywasm panics. In order it does not.
    @Test
    void rustBreaksWhenUpdatesOfOneClientComeOutOfOrder() {
        byte[] first = Hex.bytes("01 01 6b 00 08 01 01 61 01 7d 01 00");
        byte[] second = Hex.bytes("01 01 6b 01 88 6b 00 01 7d 02 00");
        byte[] fourth = Hex.bytes("01 01 6b 03 c8 6b 00 6b 02 01 7d 04 00");
        List<byte[]> disorder = List.of(second, fourth, first);

        assertThat(ours(disorder).encodeState()).isEqualTo(yjs(disorder));
        assertThat(ours(disorder).array("a").toJson()).isEqualTo(List.of(1L, 2L));
        assertThat(View.show(oracle.map("wasm", List.of(first, second, fourth)).get("a")))
                .isEqualTo("[L1, L2]");
        assertThatExceptionOfType(Oracle.OracleException.class)
                .isThrownBy(() -> oracle.map("wasm", disorder))
                .withMessageContaining("unreachable");
    }

    private static YDoc ours(List<byte[]> updates) {
        YDoc doc = YDoc.create(DocOptions.of(1));
        updates.forEach(update -> doc.apply(update, null));
        return doc;
    }

    private byte[] yjs(List<byte[]> updates) {
        oracle.ask("open", 0, 3, true);
        updates.forEach(update -> oracle.ask("apply", 0, update, false));
        return (byte[]) oracle.map("state", 0, null).get("v1");
    }

    /// One of the orders in which each author's updates stand in theirs.
    private static List<byte[]> woven(List<List<byte[]>> authors, Random random) {
        List<ArrayDeque<byte[]>> left = new ArrayList<>();
        authors.forEach(updates -> left.add(new ArrayDeque<>(updates)));
        List<byte[]> woven = new ArrayList<>();
        while (true) {
            left.removeIf(ArrayDeque::isEmpty);
            if (left.isEmpty()) {
                return woven;
            }
            woven.add(left.get(random.nextInt(left.size())).remove());
        }
    }

    /// What each of some authors made, who see each other now and then.
    private static List<List<byte[]>> history(Random random) {
        List<YDoc> docs = new ArrayList<>();
        List<List<byte[]>> authors = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            YDoc doc = YDoc.create(DocOptions.of(100L * random.nextInt(100) + i));
            List<byte[]> updates = new ArrayList<>();
            doc.onUpdate(event -> {
                if (event.local()) {
                    updates.add(event.updateV1());
                }
            });
            docs.add(doc);
            authors.add(updates);
        }
        for (int i = 0; i < 40; i++) {
            YDoc doc = docs.get(random.nextInt(4));
            YText text = doc.text("t");
            YArray array = doc.array("a");
            switch (random.nextInt(8)) {
                case 0 -> text.delete(random.nextInt(text.length() + 1) / 2, Math.min(2, text.length() / 2));
                case 1 -> doc.map("m").set("k" + random.nextInt(2), random.nextInt(1000));
                case 2 -> array.insert(random.nextInt(array.length() + 1), List.of(random.nextInt(9), "x"));
                case 3 ->
                    array.create(random.nextInt(array.length() + 1), YKind.MAP).set("k", i);
                case 4 -> array.delete(0, Math.min(1, array.length()));
                case 5 -> doc.apply(docs.get(random.nextInt(4)).encodeState(), null);
                case 6 -> doc.map("m").remove("k" + random.nextInt(2));
                default -> text.insert(random.nextInt(text.length() + 1), "w" + i);
            }
        }
        return authors;
    }
}
