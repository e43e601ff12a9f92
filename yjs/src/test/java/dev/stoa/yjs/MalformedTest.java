package dev.stoa.yjs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.stoa.yjs.lib0.ByteWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Bytes that no honest peer writes, each beside what yjs does with it.
final class MalformedTest {
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
    @Row(9)
    void blocksAreAcceptedInAnyOrder() {
        byte[] ascending = Hex.bytes("02 01 01 00 04 01 01 74 01 41 01 ac 02 00 04 01 01 74 01 42 00");
        YDoc doc = document();

        doc.apply(ascending, null);

        assertThat(doc.text("t").toString()).isEqualTo("AB");
        assertThat(doc.encodeState()).isEqualTo(yjsAfter(ascending));
        assertThat(Updates.merge(List.of(ascending, Hex.bytes("00 00")))).isEqualTo(yjsAfter(ascending));
    }

    /// yjs keeps the last block and loses the first.
    @Test
    @Row(9)
    void aClientWithTwoBlocksIsRefused() {
        byte[] twice = Hex.bytes("02 01 01 00 04 01 01 74 01 41 01 01 01 84 01 00 01 42 00");
        refused(twice, "client 1 has two blocks");
        assertThat(Hex.of(yjsAfter(twice))).doesNotContain("74 01 41");
    }

    /// yjs ignores them.
    @Test
    @Row(9)
    void trailingBytesAreRefused() {
        refused(Hex.bytes("00 00 00"), "1 bytes follow the end");
        assertThat(Hex.of(yjsAfter(Hex.bytes("00 00 00")))).isEqualTo("00 00");
    }

    /// yjs throws from inside the integration.
    @Test
    @Row(14)
    void aReferenceToTheOwnFutureIsRefused() {
        byte[] future = Hex.bytes("01 01 01 00 84 01 05 01 61 00");
        refused(future, "refers to its own client's clock 5");
        refused(Hex.bytes("01 01 01 00 44 01 00 01 61 00"), "refers to its own client's clock 0");
        refused(Hex.bytes("01 01 01 00 04 00 01 00 01 61 00"), "refers to its own client's clock 0");
        assertThatExceptionOfType(Oracle.OracleException.class).isThrownBy(() -> yjsAfter(future));
    }

    /// yjs keeps them.
    @Test
    @Row(14)
    void emptyStructsAreRefused() {
        for (String empty : List.of(
                "01 01 01 00 04 01 01 74 00 00",
                "01 01 01 00 00 00 00",
                "01 01 01 00 0a 00 00",
                "01 01 01 00 01 01 01 74 00 00",
                "01 01 01 00 08 01 01 74 00 00",
                "01 01 01 00 02 01 01 74 00 00")) {
            refused(Hex.bytes(empty), "the struct at clock 0 is empty");
        }
        assertThat(Hex.of(yjsAfter(Hex.bytes("01 01 01 00 04 01 01 74 00 00"))))
                .isEqualTo("01 01 01 00 04 01 01 74 00 00");
    }

    @Test
    @Row(14)
    void aCycleBetweenClientsWaitsAndChangesNothingElse() {
        byte[] cycle = Hex.bytes("02 01 02 00 84 01 00 01 61 01 01 00 84 02 00 01 62 00");
        YDoc doc = document();

        Applied applied = doc.apply(cycle, null);

        assertThat(applied.pending()).isTrue();
        assertThat(applied.integrated()).isFalse();
        assertThat(Hex.of(doc.stateVector())).isEqualTo("00");
        doc.text("t").insert(0, "fine");
        assertThat(doc.text("t").toString()).isEqualTo("fine");
    }

    /// Beside yjs.
    @Test
    @Row(15)
    void anItemWhoseParentOrNeighbourIsGoneBecomesAnEmptyRange() {
        byte[] collected = Hex.bytes("01 01 01 00 00 03 00");
        for (String dependent : List.of(
                "01 01 02 00 84 01 01 02 61 62 00",
                "01 01 02 00 44 01 01 02 61 62 00",
                "01 01 02 00 04 00 01 01 02 61 62 00")) {
            YDoc doc = document();
            doc.apply(collected, null);
            doc.apply(Hex.bytes(dependent), null);
            assertThat(doc.encodeState()).isEqualTo(yjsAfter(collected, Hex.bytes(dependent)));
            assertThat(Hex.of(doc.encodeState()))
                    .isEqualTo("02 01 02 00 00 02 01 01 00 00 03 02 02 01 00 02 01 01 00 03");
        }
    }

    @Test
    @Row(15)
    void anItemInsideTextBecomesAnEmptyRange() {
        byte[] text = Hex.bytes("01 01 01 00 04 01 01 74 01 61 00");
        byte[] inside = Hex.bytes("01 01 02 00 24 00 01 00 01 6b 01 62 00");
        YDoc doc = document();
        doc.apply(text, null);
        doc.apply(inside, null);

        assertThat(doc.encodeState()).isEqualTo(yjsAfter(text, inside));
        assertThat(doc.text("t").toString()).isEqualTo("a");
    }

    @Test
    void neighboursInDifferentParentsDoNotHang() {
        byte[] two = Hex.bytes("01 02 01 00 04 01 01 74 01 61 04 01 01 75 01 62 00");
        byte[] between = Hex.bytes("01 01 02 00 c4 01 00 01 01 01 78 00");
        YDoc doc = document();
        doc.apply(two, null);
        doc.apply(between, null);

        assertThat(doc.encodeState()).isEqualTo(yjsAfter(two, between));
        assertThat(doc.text("t").toString()).isEqualTo("ax");
    }

    @Test
    void aFormatMarkUnderAKeyReadsAsUndefined() {
        byte[] mark = Hex.bytes("01 01 01 00 26 01 01 6d 01 6b 01 62 01 31 00");
        YDoc doc = document();
        doc.apply(mark, null);
        oracle.ask("open", 5, 5, true);
        oracle.ask("apply", 5, mark, false);

        assertThat(View.show(doc.map("m").toJson()))
                .isEqualTo(View.show(oracle.map("view", 5).get("m")))
                .isEqualTo("{k=Uundefined}");
    }

    @Test
    void anElementIsNoRootThoughItHasARootsName() {
        YDoc other = YDoc.create(DocOptions.of(1));
        YXmlElement element = other.xmlFragment("x").createElement(0, "t");
        element.createText(0, "inside");
        YDoc doc = document();
        doc.text("t").insert(0, "root");

        doc.apply(other.encodeState(), null);

        assertThat(doc.text("t").toString()).isEqualTo("root");
        assertThat(doc.rootNames()).containsExactlyInAnyOrder("t", "x");
        assertThat(other.rootNames()).containsExactly("x");
        assertThat(other.text("t").toString()).isEmpty();
    }

    /// Half of all clocks are further from 0 than a step in v2 is meant to reach.
    @Test
    void whatWaitsForAClockFarAwaySurvivesInBothFormats() {
        YDoc doc = document();
        doc.apply(Hex.bytes("01 01 02 00 c4 09 f3 ef 88 ff ff ff ff 0f 09 00 01 61 00"), null);

        YDoc v1 = document();
        v1.load(doc.encodeState());
        YDoc v2 = document();
        v2.loadV2(doc.encodeStateV2());

        assertThat(v1.encodeState()).isEqualTo(doc.encodeState());
        assertThat(v2.encodeState()).isEqualTo(doc.encodeState());
    }

    @Test
    void unknownContentsAndTypesAreUnsupported() {
        for (String unknown : List.of("01 01 01 00 0b 01 01 74 01 00", "01 01 01 00 07 01 01 74 07 00")) {
            assertThatExceptionOfType(UpdateException.class)
                    .isThrownBy(() -> document().apply(Hex.bytes(unknown), null))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(UpdateException.Reason.UNSUPPORTED));
        }
    }

    @Test
    void textThatIsNotJsonWhereJsonBelongsIsRefused() {
        refused(Hex.bytes("01 01 01 00 05 01 01 74 01 7b 00"), "JSON");
        refused(Hex.bytes("01 01 01 00 06 01 01 74 01 6b 03 74 72 75 00"), "JSON");
    }

    @Test
    void aClockBeyond2To53IsRefused() {
        refused(Hex.bytes("01 01 01 ff ff ff ff ff ff ff 0f 04 01 01 74 02 61 62 00"), "exceeds 2^53-1");
    }

    @Test
    void theKeyProtoIsAKeyLikeOthers() {
        YDoc doc = document();
        doc.map("m").set("__proto__", Map.of("__proto__", 1));
        YDoc other = document();
        other.apply(doc.encodeState(), null);

        assertThat(other.map("m").toJson()).isEqualTo(Map.of("__proto__", Map.of("__proto__", 1L)));
    }

    /// Every limit by its name, and nothing has changed.
    @Test
    @Row(35)
    void everyLimitIsNamedInItsError() {
        Limits d = Limits.defaults();
        byte[] text = Hex.bytes("01 01 01 00 04 01 01 74 01 61 00");
        over("updateBytes", new Limits(8, d.structs(), 8, 1000, 100, 100, 10, 10, 10, 10), text);
        over("structs", new Limits(99, 1, 8, 1000, 100, 100, 10, 10, 10, 10), Hex.bytes("01 02 01 00 00 01 00 01 00"));
        over("nesting", new Limits(999, 9, 8, 1000, 3, 100, 10, 10, 10, 10), nested(4));
        over("emptyUnits", new Limits(99, 9, 8, 1000, 3, 100, 10, 10, 10, 10), Hex.bytes("01 01 01 00 00 65 00"));
        over(
                "emptyUnits",
                new Limits(99, 9, 8, 1000, 3, 100, 10, 10, 10, 10),
                Hex.bytes("01 01 01 00 01 01 01 74 65 00"));
        over("emptyUnits", new Limits(99, 9, 8, 1000, 3, 100, 10, 10, 10, 10), Hex.bytes("01 01 01 00 0a 65 00"));
        over("deleteRanges", new Limits(99, 9, 8, 1000, 3, 100, 1, 10, 10, 10), Hex.bytes("00 01 01 02 00 01 02 01"));
        over("pendingRanges", new Limits(99, 9, 8, 1000, 3, 100, 9, 1, 10, 10), Hex.bytes("00 01 01 02 00 01 02 01"));
        over(
                "pendingBytes",
                new Limits(99, 9, 8, 1000, 3, 100, 9, 9, 5, 10),
                Hex.bytes("01 01 01 02 84 01 01 01 63 00"));
    }

    @Test
    @Row(35)
    void theNumberOfWaitingUpdatesIsLimited() {
        Limits d = Limits.defaults();
        YDoc doc = YDoc.create(DocOptions.of(9).limits(new Limits(99, 9, 8, 1000, 9, 99, 9, 9, 99, 2)));
        doc.apply(Hex.bytes("01 01 01 02 84 01 01 01 63 00"), null);
        doc.apply(Hex.bytes("01 01 02 02 84 02 01 01 63 00"), null);
        byte[] before = doc.encodeState();

        assertThatExceptionOfType(UpdateException.class)
                .isThrownBy(() -> doc.apply(Hex.bytes("01 01 03 02 84 03 01 01 63 00"), null))
                .satisfies(e -> assertThat(e.limit()).contains("pendingUpdates"));
        assertThat(doc.encodeState()).isEqualTo(before);
        assertThat(d.pendingUpdates()).isEqualTo(64);
    }

    /// Settings of a key that claim to stand left of the first one: each is looked for from the chain's
    /// other end.
    @Test
    @Row(35)
    void whatAPeerMakesUsWalkIsCounted() {
        int settings = 1_000;
        ByteWriter out = new ByteWriter();
        out.varUint(1);
        out.varUint(settings);
        out.raw(Hex.bytes("01 00 28 01 01 6d 01 6b 01 7e"), 0, 10);
        for (int i = 1; i < settings; i++) {
            out.raw(Hex.bytes("68 01"), 0, 2);
            out.varUint(Math.max(0, i - 2));
            out.raw(Hex.bytes("01 7e"), 0, 2);
        }
        out.u8(0);

        Applied applied = document().apply(out.toBytes(), null);

        assertThat(applied.scanned()).isGreaterThan(settings * settings / 4);
    }

    /// Ten thousand empty lists take some dozens of bytes in v2: too few for a stranger's, but one's
    /// own must load.
    @Test
    void theLimitsOfASingleUpdateDoNotHoldForOnesOwnState() {
        YDoc doc = document();
        doc.transact(null, () -> {
            for (int i = 0; i < 10_000; i++) {
                doc.array("a").create(i, YKind.ARRAY);
            }
        });
        byte[] state = doc.encodeStateV2();
        Limits tight = new Limits(8, 1, 1, 1, 1, 1, 1, 1, 1, 1);

        YDoc loaded = YDoc.create(DocOptions.of(8).limits(tight));
        loaded.loadV2(state);
        YDoc loadedV1 = YDoc.create(DocOptions.of(8).limits(tight));
        loadedV1.load(doc.encodeState());

        assertThat(loaded.encodeState()).isEqualTo(doc.encodeState());
        assertThat(loadedV1.encodeState()).isEqualTo(doc.encodeState());
        assertThatExceptionOfType(UpdateException.class)
                .isThrownBy(() -> document().applyV2(state, null))
                .satisfies(e -> assertThat(e.limit()).contains("structsPerByte"));
    }

    /// A dozen bytes that describe two thousand million structs.
    @Test
    @Row(35)
    void aRunLengthBombInV2IsRefusedBeforeItGrows() {
        YDoc doc = document();
        ByteWriter bomb = new ByteWriter();
        for (int stream : new int[] {0, 0}) {
            bomb.u8(stream);
        }
        bomb.varBytes(Hex.bytes("41 ff ff ff ff 07"));
        bomb.u8(0);
        bomb.u8(0);
        bomb.varBytes(Hex.bytes("00"));
        bomb.varBytes(Hex.bytes("00"));
        bomb.u8(0);
        bomb.u8(0);
        bomb.varBytes(Hex.bytes("41 ff ff ff ff 07"));
        bomb.raw(Hex.bytes("01 ff ff ff ff 07 00 00"), 0, 8);

        assertThatExceptionOfType(UpdateException.class)
                .isThrownBy(() -> doc.applyV2(bomb.toBytes(), null))
                .satisfies(e -> assertThat(e.limit()).contains("structs"));
        assertThatExceptionOfType(UpdateException.class)
                .isThrownBy(() -> doc.applyV2(
                        Hex.bytes(Hex.of(bomb.toBytes()).replace("01 ff ff ff ff 07 00 00", "01 ff ff 7f 00 00")),
                        null))
                .satisfies(e -> assertThat(e.limit()).contains("structsPerByte"));
    }

    @Test
    @Row(34)
    void aRefusedUpdateChangesNothing() {
        YDoc doc = document();
        doc.text("t").insert(0, "hello");
        doc.apply(Hex.bytes("01 01 01 02 84 01 01 01 63 00"), null);
        List<byte[]> events = new ArrayList<>();
        doc.onUpdate(event -> events.add(event.updateV1()));
        byte[] state = doc.encodeState();
        byte[] vector = doc.stateVector();
        // good structs of two new clients, then a delete set that ends early
        byte[] late = Hex.bytes("02 01 ac 02 00 04 01 01 74 01 42 01 06 00 04 01 01 7a 01 41 01 06 01 00");

        assertThatExceptionOfType(UpdateException.class).isThrownBy(() -> doc.apply(late, null));

        assertThat(doc.encodeState()).isEqualTo(state);
        assertThat(doc.stateVector()).isEqualTo(vector);
        assertThat(doc.store().clientCount()).isEqualTo(1);
        assertThat(doc.rootNames()).containsExactly("t");
        assertThat(events).isEmpty();
        assertThatExceptionOfType(Oracle.OracleException.class)
                .as("yjs has integrated the structs by then")
                .isThrownBy(() -> yjsAfter(late));
    }

    @Test
    void aDocumentUsedByTwoThreadsAtOnceSaysSo() throws InterruptedException {
        YDoc doc = document();
        List<Throwable> seen = new ArrayList<>();
        doc.onUpdate(event -> {
            Thread other = new Thread(() -> {
                try {
                    doc.stateVector();
                } catch (IllegalStateException e) {
                    seen.add(e);
                }
            });
            other.start();
            try {
                other.join(10_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });

        doc.text("t").insert(0, "x");

        assertThat(seen).hasSize(1);
    }

    @Test
    void aListenerThatChangesItsDocumentIsRefused() {
        YDoc doc = document();
        doc.onUpdate(event -> doc.text("t").insert(0, "y"));

        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> doc.text("t").insert(0, "x"))
                .withMessageContaining("listener");
        assertThat(doc.text("t").toString()).isEqualTo("x");
    }

    @Test
    void rootsAreOfOneKind() {
        YDoc doc = document();
        doc.text("t");

        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> doc.map("t"))
                .withMessage("the root t is a YText and is asked for as a YMap");
    }

    /// Who writes under our id makes us take another one.
    @Test
    @Row(32)
    void aForeignWriterUnderTheOwnIdMakesTheDocumentTakeAnother() {
        YDoc doc = YDoc.create(DocOptions.of(1));
        doc.apply(Hex.bytes("01 01 01 00 04 01 01 74 01 61 00"), null);

        doc.text("t").insert(1, "b");

        assertThat(doc.text("t").toString()).isEqualTo("ab");
        assertThat(Updates.meta(doc.encodeState()).from()).hasSize(2);
        assertThat(Updates.meta(doc.encodeState()).to()).containsEntry(1L, 1L);
    }

    @Test
    void aSubdocumentWhoseOptionsCannotBeWrittenIsRefusedWhenItIsMade() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new Subdocument("g", Map.of("meta", new Object())))
                .withMessage("a document cannot hold a value of java.lang.Object");
    }

    private static byte[] nested(int levels) {
        ByteWriter out = new ByteWriter();
        out.raw(Hex.bytes("01 01 01 00 08 01 01 61 01"), 0, 9);
        for (int i = 0; i < levels; i++) {
            out.u8(0x75);
            out.u8(1);
        }
        out.u8(0x7e);
        out.u8(0);
        return out.toBytes();
    }

    private static void over(String limit, Limits limits, byte[] update) {
        YDoc doc = YDoc.create(DocOptions.of(9).limits(limits));
        assertThatExceptionOfType(UpdateException.class)
                .as(limit)
                .isThrownBy(() -> doc.apply(update, null))
                .satisfies(e -> assertThat(e.limit()).contains(limit))
                .satisfies(e -> assertThat(e.getMessage()).matches(".* of \\d+ exceeds \\d+"));
        assertThat(Hex.of(doc.encodeState())).isEqualTo("00 00");
    }

    private static void refused(byte[] update, String message) {
        YDoc doc = document();
        assertThatExceptionOfType(UpdateException.class)
                .isThrownBy(() -> doc.apply(update, null))
                .withMessageContaining(message)
                .satisfies(e -> assertThat(e.reason()).isEqualTo(UpdateException.Reason.MALFORMED));
        assertThat(Hex.of(doc.encodeState())).isEqualTo("00 00");
        assertThatExceptionOfType(UpdateException.class)
                .isThrownBy(() -> Updates.check(update, Limits.defaults()))
                .withMessageContaining(message);
    }

    private static byte[] yjsAfter(byte[]... updates) {
        oracle.ask("open", 5, 5, true);
        for (byte[] update : updates) {
            oracle.ask("apply", 5, update, false);
        }
        return (byte[]) oracle.map("state", 5, null).get("v1");
    }

    private static YDoc document() {
        return YDoc.create(DocOptions.of(9));
    }
}
