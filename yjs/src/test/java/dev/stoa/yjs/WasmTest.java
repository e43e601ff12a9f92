package dev.stoa.yjs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// A third opinion: the Rust engine, as ywasm.
///
/// One case is left to disagreement: a key that somebody sets anew while others set it too, several
/// times over, where the engines of yjs and of Rust are known to differ. Here a client sets a key only
/// while it knows all settings of it.
final class WasmTest {
    @Test
    @Row({11, 12})
    void updatesInAnyOrderComeToTheSameAsInYjsAndInRust() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (Oracle oracle = Oracle.start()) {
            for (int round = 0; round < 40; round++) {
                List<byte[]> updates = history(random);
                List<byte[]> shuffled = new ArrayList<>(updates);
                Collections.shuffle(shuffled, random);
                YDoc doc = YDoc.create(DocOptions.of(1));
                oracle.ask("open", 0, 3, true);
                for (byte[] update : shuffled) {
                    doc.apply(update, null);
                    oracle.ask("apply", 0, update, false);
                }
                assertThat(doc.encodeState()).as("seed %d", seed).isEqualTo((byte[])
                        oracle.map("state", 0, null).get("v1"));

                Map<?, ?> theirs = oracle.map("wasm", updates);

                Map<String, Object> ours = new HashMap<>();
                ours.put("t", doc.text("t").toString());
                ours.put("a", doc.array("a").toJson());
                ours.put("m", doc.map("m").toJson());
                for (String root : ours.keySet()) {
                    assertThat(View.show(theirs.get(root))).as("seed %d", seed).isEqualTo(View.show(ours.get(root)));
                }
                YDoc back = YDoc.create(DocOptions.of(2));
                back.apply((byte[]) theirs.get("v1"), null);
                assertThat(back.snapshot()).as("seed %d", seed).isEqualTo(doc.snapshot());
            }
        }
    }

    private static List<byte[]> history(Random random) {
        List<YDoc> docs = new ArrayList<>();
        List<byte[]> updates = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            YDoc doc = YDoc.create(DocOptions.of(100L * random.nextInt(100) + i));
            doc.onUpdate(event -> {
                if (event.local()) {
                    updates.add(event.updateV1());
                }
            });
            docs.add(doc);
        }
        for (int i = 0; i < 40; i++) {
            int who = random.nextInt(4);
            YDoc doc = docs.get(who);
            YText text = doc.text("t");
            YArray array = doc.array("a");
            switch (random.nextInt(7)) {
                case 0 -> text.delete(random.nextInt(text.length() + 1) / 2, Math.min(2, text.length() / 2));
                case 1 -> doc.map("m").set("own" + who, random.nextInt(1000));
                case 2 -> array.insert(random.nextInt(array.length() + 1), List.of(random.nextInt(9), "x"));
                case 3 ->
                    array.create(random.nextInt(array.length() + 1), YKind.MAP).set("k", i);
                case 4 -> array.delete(0, Math.min(1, array.length()));
                case 5 -> doc.apply(docs.get(random.nextInt(4)).encodeState(), null);
                default -> text.insert(random.nextInt(text.length() + 1), "w" + i);
            }
        }
        docs.get(0).text("t").insert(0, "!");
        return updates;
    }
}
