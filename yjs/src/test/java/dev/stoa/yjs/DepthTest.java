package dev.stoa.yjs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.stoa.yjs.lib0.ByteWriter;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// Types in types as deep as there are bytes, and values as deep as is allowed, on a small stack: peers
/// choose the depth.
final class DepthTest {
    private static final int LEVELS = 100_000;
    private static final int STACK_BYTES = 512 << 10;

    /// `07 parent kind`, the parent being the type before.
    static YDoc nested(int levels, String root, String kind) {
        byte[] first = Hex.bytes("07 01 01 " + root + kind);
        byte[] kindOnly = Hex.bytes(kind);
        ByteWriter out = new ByteWriter();
        out.varUint(1);
        out.varUint(levels);
        out.u8(1);
        out.u8(0);
        out.raw(first, 0, first.length);
        for (int i = 1; i < levels; i++) {
            out.u8(7);
            out.u8(0);
            out.varUint(1);
            out.varUint(i - 1);
            out.raw(kindOnly, 0, kindOnly.length);
        }
        out.u8(0);
        YDoc doc = YDoc.create(DocOptions.of(5));
        doc.apply(out.toBytes(), null);
        return doc;
    }

    @Test
    @Row(19)
    void deepTypesAreDeletedAndCollected() {
        onSmallStack(() -> {
            YDoc doc = nested(LEVELS, "61", "00");

            doc.array("a").delete(0, 1);

            assertThat(Hex.of(doc.encodeState()))
                    .isEqualTo("01 02 01 00 01 01 01 61 01 00 9f 8d 06 01 01 01 00 a0 8d 06");
        });
    }

    @Test
    @Row(30)
    void deepElementsArePrinted() {
        onSmallStack(() -> {
            YDoc doc = nested(LEVELS, "78", "03 01 70");

            String xml = doc.xmlFragment("x").toString();

            assertThat(xml).isEqualTo("<p>".repeat(LEVELS) + "</p>".repeat(LEVELS));
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> doc.xmlFragment("x").toProseMirror())
                    .withMessage("nodes are nested deeper than 500 levels");
        });
    }

    /// An XML text holds other types as embeds, an element also as the value of an attribute.
    @Test
    void deepTypesInTextAndInAttributesArePrinted() {
        onSmallStack(() -> {
            YDoc texts = nested(LEVELS, "78", "06");
            YDoc attributes = YDoc.create(DocOptions.of(5));
            attributes.apply(inAttributes(LEVELS), null);

            assertThat(texts.xmlFragment("x").toString()).isEmpty();
            assertThat(attributes.xmlFragment("x").toString())
                    .isEqualTo("<p k=\"".repeat(LEVELS - 1) + "<p></p>" + "\"></p>".repeat(LEVELS - 1));
        });
    }

    private static byte[] inAttributes(int levels) {
        ByteWriter out = new ByteWriter();
        out.varUint(1);
        out.varUint(levels);
        out.raw(Hex.bytes("01 00 07 01 01 78 03 01 70"), 0, 9);
        for (int i = 1; i < levels; i++) {
            out.u8(0x27);
            out.u8(0);
            out.varUint(1);
            out.varUint(i - 1);
            out.raw(Hex.bytes("01 6b 03 01 70"), 0, 5);
        }
        out.u8(0);
        return out.toBytes();
    }

    @Test
    void deepListsAndMapsAreRefusedAsJsonAndShownInOneLine() {
        onSmallStack(() -> {
            YDoc lists = nested(LEVELS, "61", "00");
            YDoc allowed = nested(500, "61", "00");

            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> lists.array("a").toJson())
                    .withMessage("types are nested deeper than 500 levels");
            assertThat(allowed.array("a").toJson()).hasSize(1);
            assertThat(lists.array("a")).hasToString("YArray[1]");
            assertThat(lists.array("a").get(0)).hasToString("YArray[1]");
        });
    }

    @Test
    void deepTypesAreObserved() {
        onSmallStack(() -> {
            YDoc doc = nested(LEVELS, "61", "00");
            AtomicReference<Integer> depth = new AtomicReference<>();
            doc.array("a")
                    .observeDeep(events ->
                            depth.set(events.get(0).path(doc.array("a")).size()));

            ByteWriter inside = new ByteWriter();
            inside.raw(Hex.bytes("01 01 02 00 08 00"), 0, 6);
            inside.varUint(1);
            inside.varUint(LEVELS - 1);
            inside.raw(Hex.bytes("01 7e 00"), 0, 3);
            doc.apply(inside.toBytes(), null);

            assertThat(depth.get()).isEqualTo(LEVELS);
        });
    }

    @Test
    @Row(35)
    void valuesAsDeepAsCanBeAllowedAreReadAndWritten() {
        onSmallStack(() -> {
            Limits deep = new Limits(1 << 20, 9, 8, 1000, Limits.MOST_NESTING, 99, 9, 9, 99, 9);
            ByteWriter out = new ByteWriter();
            out.raw(Hex.bytes("01 01 01 00 08 01 01 61 01"), 0, 9);
            for (int i = 0; i < Limits.MOST_NESTING; i++) {
                out.raw(Hex.bytes("75 01"), 0, 2);
            }
            out.raw(Hex.bytes("7e 00"), 0, 2);
            YDoc doc = YDoc.create(DocOptions.of(5).limits(deep));

            doc.apply(out.toBytes(), null);

            assertThat(doc.encodeState()).isEqualTo(out.toBytes());
            assertThat(Updates.toV1(doc.encodeStateV2())).isEqualTo(out.toBytes());
            assertThat(doc.array("a").toJson().toString()).startsWith("[[[[").endsWith("]]]]");
            assertThatExceptionOfType(UpdateException.class)
                    .isThrownBy(() -> YDoc.create(DocOptions.of(5)).apply(out.toBytes(), null))
                    .satisfies(e -> assertThat(e.limit()).contains("nesting"));
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> new Limits(99, 9, 8, 1000, Limits.MOST_NESTING + 1, 99, 9, 9, 99, 9))
                    .withMessage("nesting of 201 exceeds 200");
        });
    }

    private static void onSmallStack(Runnable body) {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread thread = new Thread(null, body, "small stack", STACK_BYTES);
        thread.setUncaughtExceptionHandler((t, e) -> thrown.set(e));
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        if (thrown.get() != null) {
            throw new AssertionError(thrown.get());
        }
    }
}
