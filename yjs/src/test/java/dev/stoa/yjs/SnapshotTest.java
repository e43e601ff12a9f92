package dev.stoa.yjs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Documents that keep what is deleted, and go back.
final class SnapshotTest {
    @Test
    @Row(20)
    void aDocumentGoesBackToWhatYjsGoesBackTo() {
        long first = System.nanoTime();
        try (Oracle oracle = Oracle.start()) {
            for (int i = 0; i < 25; i++) {
                // without surrogate pairs: one that is cut later is lost in the past too
                Script script = Script.of(first + i, true);
                YDoc doc = YDoc.create(DocOptions.of(1).collect(false));
                List<List<List<Object>>> edits = script.steps().stream()
                        .filter(Script.Edit.class::isInstance)
                        .map(step -> ((Script.Edit) step).edits())
                        .toList();
                Snapshot then = doc.snapshot();
                Map<String, Object> view = View.of(doc);
                for (int j = 0; j < edits.size(); j++) {
                    Edits.run(doc, edits.get(j));
                    if (j == edits.size() / 2) {
                        then = doc.snapshot();
                        view = View.of(doc);
                    }
                }
                oracle.ask("reset");
                oracle.ask("open", 0, 2, false);
                oracle.ask("apply", 0, doc.encodeState(), false);
                oracle.ask("restore", 0, 1, then.encode());

                YDoc old = doc.restore(then, DocOptions.of(3).collect(false));

                assertThat(View.show(View.of(old)))
                        .as("seed %d", first + i)
                        .isEqualTo(View.show(oracle.ask("view", 1)));
                assertThat(old.stateVector())
                        .isEqualTo((byte[]) oracle.map("state", 1, null).get("vector"));
                assertThat(View.show(view)).as("seed %d", first + i).isEqualTo(View.show(View.of(old)));
            }
        }
    }

    @Test
    void aTextShowsWhatItLookedLike() {
        YDoc doc = YDoc.create(DocOptions.of(1).collect(false));
        doc.text("t").insert(0, "hello", Map.of("bold", true));
        Snapshot then = doc.snapshot();
        doc.text("t").delete(1, 3);
        doc.text("t").insert(0, "oh ");

        assertThat(doc.text("t").toDelta(then)).containsExactly(new DeltaOp.Insert("hello", Map.of("bold", true)));
    }

    @Test
    void aDocumentThatCollectsCannotGoBack() {
        YDoc doc = YDoc.create(DocOptions.of(1));

        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> doc.restore(doc.snapshot(), DocOptions.of(2)))
                .withMessage("a document that collects cannot go back to a snapshot");
    }

    @Test
    @Row(20)
    void aDocumentThatCollectsNotKeepsWhatIsDeleted() {
        YDoc doc = YDoc.create(DocOptions.of(1).collect(false));
        doc.text("t").insert(0, "hello");
        doc.text("t").delete(0, 5);

        assertThat(Hex.of(doc.encodeState())).isEqualTo("01 01 01 00 04 01 01 74 05 68 65 6c 6c 6f 01 01 01 00 05");
    }
}
