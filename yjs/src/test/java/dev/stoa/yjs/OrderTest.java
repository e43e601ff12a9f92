package dev.stoa.yjs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Where things end up: every order of delivery of a few updates, and what a new item says about its
/// neighbours, each beside yjs.
final class OrderTest {
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
    @Row(11)
    void concurrentInsertsAtOnePlaceStandTheSameInEveryOrderOfDelivery() {
        byte[] common = after(1, List.of(), doc -> doc.text("t").insert(0, "ab"));
        List<byte[]> updates = new ArrayList<>();
        for (int client : new int[] {5, 3, 9}) {
            byte[] first = after(client, List.of(common), doc -> doc.text("t").insert(1, "x" + client));
            updates.add(first);
            updates.add(after(
                    client + 100, List.of(common, first), doc -> doc.text("t").insert(2, "-" + client)));
        }

        for (List<byte[]> order : orders(updates)) {
            YDoc doc = document(order, common);
            assertThat(doc.text("t").toString()).isEqualTo("ax-33x-55x-99b");
            assertThat(doc.hasPending()).isFalse();
        }
        assertThat(document(updates, common).encodeState()).isEqualTo(yjsAfter(updates, common));
    }

    @Test
    @Row(12)
    void theSameSettingOfAKeyWinsInEveryOrderOfDelivery() {
        byte[] common = after(4, List.of(), doc -> doc.map("m").set("k", "common"));
        List<byte[]> updates = new ArrayList<>();
        for (int client : new int[] {5, 3, 9}) {
            byte[] first = after(client, List.of(common), doc -> doc.map("m").set("k", client));
            updates.add(first);
            updates.add(after(client + 100, List.of(common, first), doc -> {
                doc.map("m").set("other", client);
                doc.map("m").set("k", "over " + client);
            }));
        }
        Object ofYjs = yjsView(updates, common);

        for (List<byte[]> order : orders(updates)) {
            YDoc doc = document(order, common);
            assertThat(doc.map("m").get("k")).isEqualTo("over 9");
            assertThat(View.show(doc.map("m").toJson())).isEqualTo(View.show(ofYjs));
        }
    }

    @Test
    @Row(31)
    void aNewItemNamesItsNeighboursThoughTheyAreDeleted() {
        neighbours(
                List.of(List.of("push", 0, 0, List.of(1L, 2L, 3L)), List.of("cut", 0, 1, 1)),
                List.of("push", 0, 1, List.of(9L)),
                "01 01 01 03 c8 01 00 01 01 01 7d 09 00");
    }

    /// Text goes on past what is deleted, so that the neighbour is the deleted letter.
    @Test
    @Row(31)
    void newTextStandsBehindDeletedText() {
        neighbours(
                List.of(List.of("insert", 0, 0, "abc"), List.of("erase", 0, 1, 1)),
                List.of("insert", 0, 1, "x"),
                "01 01 01 03 c4 01 01 01 02 01 78 00");
    }

    @Test
    @Row(31)
    void aFormatMarkIsANeighbour() {
        neighbours(
                List.of(
                        List.of("insertPlain", 0, 0, "ab", "root"),
                        List.of("format", 0, 0, 1, Map.of("bold", true), "root")),
                List.of("insertPlain", 0, 1, "x", "root"),
                "01 01 01 04 c4 01 00 01 03 01 78 00");
    }

    /// Hundreds at one place and one key: ours looks for a place from landmarks, yjs from the start.
    @Test
    @Row({11, 12})
    void crowdsComeToWhatTheyComeToInYjs() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (Budget budget = Budget.of("stoa.yjs.crowds", 12); budget.next(); ) {
            byte[] common = after(50_000, List.of(), doc -> doc.text("t").insert(0, "ab"));
            List<byte[]> updates = new ArrayList<>();
            for (int i = random.nextInt(100, 400); i > 0; i--) {
                individual(random, i * 3L + random.nextInt(3), common, updates);
            }
            Collections.shuffle(updates, random);
            updates.add(0, common);
            YDoc doc = document(updates, common);
            byte[] state = doc.encodeState();

            assertThat(state).as("seed %d", seed).isEqualTo(yjsAfter(updates, common));
            Collections.shuffle(updates, random);
            assertThat(document(updates, common).text("t").toString())
                    .as("seed %d", seed)
                    .isEqualTo(doc.text("t").toString());
            assertThat(View.show(oracle.map("view", 77).get("m")))
                    .as("seed %d", seed)
                    .isEqualTo(View.show(doc.map("m").toJson()));
        }
    }

    /// One of a crowd, who inserts, sometimes again, sometimes deletes, sometimes is answered.
    private static void individual(Random random, long client, byte[] common, List<byte[]> updates) {
        YDoc doc = YDoc.create(DocOptions.of(client));
        doc.apply(common, null);
        int from = updates.size();
        doc.onUpdate(event -> updates.add(event.updateV1()));
        doc.text("t").insert(1, "x".repeat(random.nextInt(1, 4)));
        doc.map("m").set("k", client);
        switch (random.nextInt(6)) {
            case 0 -> doc.text("t").insert(1 + random.nextInt(2), "y");
            case 1 -> doc.text("t").delete(random.nextInt(2), 1);
            case 2 -> doc.map("m").set("k", "again");
            case 3 -> doc.map("m").remove("k");
            default -> {}
        }
        if (random.nextInt(4) == 0) {
            List<byte[]> known = new ArrayList<>(updates.subList(from, updates.size()));
            known.add(common);
            updates.add(after(10_000 + client, known, other -> other.text("t").insert(2, "z")));
        }
    }

    private static void neighbours(List<List<Object>> before, List<Object> edit, String expected) {
        oracle.ask("open", 1, 1, true);
        YDoc doc = YDoc.create(DocOptions.of(1));
        List<byte[]> ours = new ArrayList<>();
        doc.onUpdate(event -> ours.add(event.updateV1()));
        for (List<Object> step : before) {
            Edits.run(doc, List.of(step));
            oracle.ask("edit", 1, "script", step);
        }
        Edits.run(doc, List.of(edit));

        assertThat(Hex.of(ours.getLast())).isEqualTo(expected);
        assertThat(Hex.of(oracle.updates("edit", 1, "script", edit).get(0))).isEqualTo(expected);
    }

    private interface Editing {
        void of(YDoc doc);
    }

    /// The update of an edit by a client that knows some others.
    private static byte[] after(long client, List<byte[]> known, Editing editing) {
        YDoc doc = YDoc.create(DocOptions.of(client));
        known.forEach(update -> doc.apply(update, null));
        List<byte[]> updates = new ArrayList<>();
        doc.onUpdate(event -> updates.add(event.updateV1()));
        doc.transact(null, () -> editing.of(doc));
        return updates.get(0);
    }

    private static YDoc document(List<byte[]> updates, byte[] common) {
        YDoc doc = YDoc.create(DocOptions.of(77).limits(Limits.ofOwnBytes()));
        updates.forEach(update -> doc.apply(update, null));
        doc.apply(common, null);
        return doc;
    }

    private static byte[] yjsAfter(List<byte[]> updates, byte[] common) {
        oracle.ask("open", 77, 77, true);
        updates.forEach(update -> oracle.ask("apply", 77, update, false));
        oracle.ask("apply", 77, common, false);
        return (byte[]) oracle.map("state", 77, null).get("v1");
    }

    private static Object yjsView(List<byte[]> updates, byte[] common) {
        yjsAfter(updates, common);
        return oracle.map("view", 77).get("m");
    }

    private static List<List<byte[]>> orders(List<byte[]> updates) {
        if (updates.isEmpty()) {
            return List.of(List.of());
        }
        List<List<byte[]>> orders = new ArrayList<>();
        for (int i = 0; i < updates.size(); i++) {
            List<byte[]> others = new ArrayList<>(updates);
            byte[] first = others.remove(i);
            for (List<byte[]> rest : orders(others)) {
                List<byte[]> order = new ArrayList<>(List.of(first));
                order.addAll(rest);
                orders.add(order);
            }
        }
        return orders;
    }
}
