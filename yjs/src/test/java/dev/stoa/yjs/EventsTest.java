package dev.stoa.yjs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What listeners are told, beside yjs.
final class EventsTest {
    private static Oracle oracle;

    @BeforeAll
    static void start() {
        oracle = Oracle.start();
    }

    @AfterAll
    static void stop() {
        oracle.close();
    }

    /// The same edits of random scripts, made here and there: the same events.
    @Test
    @Row({29, 30})
    void eventsOfEditsAreThoseOfYjs() {
        long first = System.nanoTime();
        for (int i = 0; i < Integer.getInteger("stoa.yjs.eventSeeds", 40); i++) {
            long seed = Long.getLong("stoa.yjs.seed", first + i);
            Script script = Script.of(seed, false);
            oracle.ask("reset");
            oracle.ask("open", 0, 1, true);
            YDoc doc = YDoc.create(DocOptions.of(1));
            for (Script.Step step : script.steps()) {
                if (step instanceof Script.Edit edit) {
                    Object[] arguments = new Object[edit.edits().size() + 1];
                    arguments[0] = 0;
                    for (int j = 0; j < edit.edits().size(); j++) {
                        arguments[j + 1] = edit.edits().get(j);
                    }
                    String theirs = shown((List<?>) oracle.ask("eventsOfEdit", arguments));
                    String ours = shown(eventsOf(doc, () -> Edits.run(doc, edit.edits())));
                    assertThat(ours).as("seed %d, %s", seed, edit).isEqualTo(theirs);
                }
            }
            assertThat(View.show(View.of(doc))).as("seed %d", seed).isEqualTo(View.show(oracle.ask("view", 0)));
        }
    }

    /// The same foreign updates, received here and there: the same events.
    @Test
    @Row({29, 30})
    void eventsOfUpdatesAreThoseOfYjs() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 30; round++) {
            oracle.ask("reset");
            oracle.ask("open", 0, 5, true);
            YDoc doc = YDoc.create(DocOptions.of(5));
            YDoc writer = YDoc.create(DocOptions.of(1 + random.nextInt(9)));
            List<byte[]> updates = new ArrayList<>();
            writer.onUpdate(event -> updates.add(event.updateV1()));
            for (int i = 0; i < 15; i++) {
                int n = random.nextInt(1000);
                switch (random.nextInt(6)) {
                    case 0, 1 -> writer.text("t").insert(n % (writer.text("t").length() + 1), "ab" + n);
                    case 2 ->
                        writer.text("t").delete(0, Math.min(3, writer.text("t").length()));
                    case 3 -> writer.array("a").insert(n % (writer.array("a").length() + 1), List.of(n, "x"));
                    case 4 -> writer.map("m").set("k" + n % 3, n);
                    default -> writer.map("m").remove("k" + n % 3);
                }
            }
            for (byte[] update : updates) {
                String theirs = shown((List<?>) oracle.ask("events", 0, update));
                String ours = shown(eventsOf(doc, () -> doc.apply(update, null)));
                assertThat(ours).as("seed %d", seed).isEqualTo(theirs);
            }
        }
    }

    @Test
    void aTypeAnnouncesItsOwnChangesOnce() {
        YDoc doc = YDoc.create(DocOptions.of(1));
        List<List<DeltaOp>> seen = new ArrayList<>();
        Subscription subscription = doc.root("t").observe(event -> seen.add(event.delta()));
        doc.transact("me", () -> {
            doc.text("t").insert(0, "hello");
            doc.text("t").insert(5, " world");
        });
        doc.text("t").format(0, 5, Map.of("bold", true));
        subscription.cancel();
        doc.text("t").insert(0, "unheard");

        assertThat(seen)
                .containsExactly(
                        List.of(DeltaOp.insert("hello world")), List.of(DeltaOp.retain(5, Map.of("bold", true))));
    }

    @Test
    void aKeySaysWhatItWasBefore() {
        YDoc doc = YDoc.create(DocOptions.of(1));
        List<Map<String, TypeEvent.KeyChange>> seen = new ArrayList<>();
        doc.map("m").observe(event -> seen.add(event.keys()));
        doc.map("m").set("k", 1);
        doc.map("m").set("k", 2);
        doc.map("m").remove("k");

        assertThat(seen)
                .containsExactly(
                        Map.of("k", new TypeEvent.KeyChange(TypeEvent.KeyChange.Action.ADD, null)),
                        Map.of("k", new TypeEvent.KeyChange(TypeEvent.KeyChange.Action.UPDATE, 1L)),
                        Map.of("k", new TypeEvent.KeyChange(TypeEvent.KeyChange.Action.DELETE, 2L)));
    }

    @Test
    void anOuterTypeHearsOfInnerChangesWithTheirPath() {
        YDoc doc = YDoc.create(DocOptions.of(1));
        YArray list = doc.map("m").create("list", YKind.ARRAY);
        list.insert(0, List.of(1, 2));
        YMap inner = list.create(2, YKind.MAP);
        List<List<Object>> paths = new ArrayList<>();
        doc.map("m").observeDeep(events -> events.forEach(event -> paths.add(event.path(doc.map("m")))));

        inner.set("k", 1);

        assertThat(paths).containsExactly(List.of("list", 2));
    }

    /// Beside yjs.
    @Test
    @Row(60)
    void referencesToOtherDocumentsAreAnnounced() {
        YDoc doc = YDoc.create(DocOptions.of(1));
        List<SubdocumentsEvent> seen = new ArrayList<>();
        doc.onSubdocuments(seen::add);
        oracle.ask("reset");
        oracle.ask("open", 0, 2, true);
        List<byte[]> updates = new ArrayList<>();
        doc.onUpdate(event -> updates.add(event.updateV1()));

        doc.map("m").set("plain", Subdocument.of("g1"));
        doc.map("m").set("eager", new Subdocument("g2", Map.of("autoLoad", true)));
        doc.map("m").set("plain", 5);
        doc.transact(null, () -> {
            doc.map("m").set("brief", Subdocument.of("g3"));
            doc.map("m").remove("brief");
        });

        List<Object> theirs = new ArrayList<>();
        for (byte[] update : updates) {
            // yjs announces a removal twice: destroying the removed document begins a transaction of its own
            ((List<?>) oracle.map("apply", 0, update, false).get("subdocs"))
                    .stream().distinct().forEach(theirs::add);
        }
        List<Object> ours = seen.stream()
                .map(event -> (Object) new LinkedHashMap<>(Map.of(
                        "added",
                        guids(event.added()),
                        "removed",
                        guids(event.removed()),
                        "loaded",
                        guids(event.loaded()))))
                .toList();
        assertThat(View.show(ours)).isEqualTo(View.show(theirs));
        assertThat(seen).hasSize(3);
        assertThat(doc.map("m").get("eager")).isInstanceOf(Subdocument.class);
    }

    private static List<String> guids(Set<Subdocument> subdocuments) {
        return subdocuments.stream().map(Subdocument::guid).sorted().toList();
    }

    private static List<Object> eventsOf(YDoc doc, Runnable change) {
        List<Object> seen = new ArrayList<>();
        List<Subscription> subscriptions = new ArrayList<>();
        for (YType root : List.of(doc.text("t"), doc.text("f"), doc.array("a"), doc.map("m"), doc.xmlFragment("x"))) {
            subscriptions.add(root.observeDeep(events -> events.forEach(event -> seen.add(shown(event, root)))));
        }
        change.run();
        subscriptions.forEach(Subscription::cancel);
        return seen;
    }

    private static Object shown(TypeEvent event, YType root) {
        List<Object> keys = new ArrayList<>();
        event.keys()
                .forEach((key, change) ->
                        keys.add(List.of(key, change.action().name().toLowerCase(Locale.ROOT))));
        keys.sort(Comparator.comparing(Object::toString));
        List<Object> path = new ArrayList<>();
        event.path(root).forEach(part -> path.add(part instanceof Integer index ? (Object) (long) index : part));
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("path", path);
        shown.put("keys", keys);
        shown.put("delta", View.delta(event.delta()));
        return shown;
    }

    private static String shown(List<?> events) {
        return events.stream().map(View::show).sorted().toList().toString();
    }
}
