package dev.stoa.yjs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Examples to the byte, each made by the real yjs in the same run.
final class GoldenTest {
    private static Oracle oracle;

    @BeforeAll
    static void start() {
        oracle = Oracle.start();
    }

    @AfterAll
    static void stop() {
        oracle.close();
    }

    /// A document of client 1 that yjs builds from a piece of script: what must come out of it in both
    /// formats.
    private record Golden(String name, String script, String v1) {}

    private static final String ALL_TYPES =
            "d.getArray('a').insert(0, [new Y.Array(), new Y.Map(), new Y.Text('q'), new Y.XmlElement('div'),"
                    + " new Y.XmlFragment(), new Y.XmlHook('hook'), new Y.XmlText('w')])";

    private static final List<Golden> DOCUMENTS = List.of(
            new Golden("empty", "", "00 00"),
            new Golden("text", "d.getText('t').insert(0, 'hello')", "01 01 01 00 04 01 01 74 05 68 65 6c 6c 6f 00"),
            new Golden(
                    "deleted and collected",
                    "d.getText('t').insert(0, 'hello'); d.getText('t').delete(1, 2)",
                    "01 03 01 00 04 01 01 74 01 68 81 01 00 02 84 01 02 02 6c 6f 01 01 01 01 02"),
            new Golden("map", "d.getMap('m').set('k', 1)", "01 01 01 00 28 01 01 6d 01 6b 01 7d 01 00"),
            new Golden(
                    "map set again",
                    "d.getMap('m').set('k', 1); d.getMap('m').set('k', true)",
                    "01 02 01 00 21 01 01 6d 01 6b 01 a8 01 00 01 78 01 01 01 00 01"),
            new Golden(
                    "embed",
                    "d.getText('t').insertEmbed(0, {image: 'u'})",
                    "01 01 01 00 05 01 01 74 0d 7b 22 69 6d 61 67 65 22 3a 22 75 22 7d 00"),
            new Golden(
                    "bold",
                    "d.getText('t').insert(0, 'ab', {bold: true})",
                    "01 03 01 00 06 01 01 74 04 62 6f 6c 64 04 74 72 75 65 84 01 00 02 61 62 86 01 02 04 62 6f 6c 64 04 6e 75 6c 6c 00"),
            new Golden(
                    "element",
                    "const p = new Y.XmlElement('p'); const x = new Y.XmlText(); d.getXmlFragment('x').insert(0, [p]);"
                            + " p.insert(0, [x]); x.insert(0, 'hi'); p.setAttribute('id', '1')",
                    "01 04 01 00 07 01 01 78 03 01 70 07 00 01 00 06 04 00 01 01 02 68 69 28 00 01 00 02 69 64 01 77 01 31 00"),
            new Golden(
                    "bytes",
                    "d.getArray('a').insert(0, [new Uint8Array([1, 2, 3])])",
                    "01 01 01 00 03 01 01 61 03 01 02 03 00"),
            new Golden("all types", ALL_TYPES, null),
            new Golden(
                    "subdocuments",
                    "d.getMap('m').set('s', new Y.Doc({guid: 'g1', autoLoad: true, gc: false, meta: {a: 1}}))",
                    null),
            new Golden(
                    "values",
                    "d.getArray('a').insert(0, [null, true, 1, -1, 0.1, 'x', [1, [2]], {a: {b: null}}, 2**40])",
                    null),
            new Golden("undefined", "d.getMap('m').set('u', undefined); d.getMap('m').set('z', -0)", null),
            new Golden(
                    "a type deleted",
                    "const t = new Y.Map(); d.getArray('a').insert(0, [t, 1]); t.set('k', new Y.Text('abc')); d.getArray('a').delete(0)",
                    null),
            new Golden("a pair cut", "d.getText('t').insert(0, 'a\\u{1F600}b'); d.getText('t').insert(2, '-')", null));

    @Test
    @Row(5)
    void documentsAreReadAndWrittenToTheByte() {
        for (Golden golden : DOCUMENTS) {
            Map<?, ?> made = build(golden.script());
            byte[] v1 = (byte[]) made.get("v1");
            byte[] v2 = (byte[]) made.get("v2");
            if (golden.v1() != null) {
                assertThat(Hex.of(v1)).as(golden.name()).isEqualTo(golden.v1());
            }
            YDoc fromV1 = document();
            YDoc fromV2 = document();
            fromV1.apply(v1, null);
            fromV2.applyV2(v2, null);
            for (YDoc doc : List.of(fromV1, fromV2)) {
                assertThat(doc.encodeState()).as(golden.name()).isEqualTo(v1);
                assertThat(doc.encodeStateV2()).as(golden.name()).isEqualTo(v2);
                assertThat(doc.stateVector()).as(golden.name()).isEqualTo((byte[]) made.get("vector"));
                assertThat(doc.snapshot().encode()).as(golden.name()).isEqualTo((byte[]) made.get("snapshot"));
                assertThat(doc.snapshot().encodeV2()).as(golden.name()).isEqualTo((byte[]) made.get("snapshotV2"));
            }
            assertThat(Updates.toV2(v1)).as(golden.name()).isEqualTo(oracle.bytes("toV2", v1));
            assertThat(Updates.toV1(v2)).as(golden.name()).isEqualTo(oracle.bytes("toV1", v2));
        }
    }

    @Test
    @Row(4)
    void theEmptyV2UpdateHasAnEmptyStringInItsStream() {
        assertThat(Hex.of(document().encodeStateV2())).isEqualTo("00 00 00 00 00 00 01 00 00 00 00 00 00");
    }

    @Test
    void aV2UpdateIsThatOfThePage() {
        YDoc doc = document();
        doc.text("t").insert(0, "hello");
        assertThat(Hex.of(doc.encodeStateV2()))
                .isEqualTo("00 00 01 01 00 00 01 04 09 06 74 68 65 6c 6c 6f 01 05 01 01 00 00 01 01 00 00");

        doc.text("t").delete(1, 2);
        assertThat(Hex.of(doc.encodeStateV2()))
                .isEqualTo("00 00 02 41 01 02 00 04 00 05 04 00 81 00 84 08 04 74 68 6c 6f 41 00 02 01 01 00 01 02"
                        + " 01 03 00 01 01 01 01 01");
    }

    @Test
    @Row(8)
    void clientsAreWrittenFromTheLargestNumberDown() {
        YDoc doc = document();
        for (long client : new long[] {1, 300, (1L << 53) - 1, 1L << 32, 5_000_000_000L}) {
            YDoc other = YDoc.create(DocOptions.of(client));
            other.map("m").set("k" + client, 1);
            doc.apply(other.encodeState(), null);
        }

        assertThat(Hex.of(doc.stateVector()))
                .isEqualTo("05 ff ff ff ff ff ff ff 0f 01 80 e4 97 d0 12 01 80 80 80 80 10 01 ac 02 01 01 01");
        Map<?, ?> state = load(doc.encodeState());
        assertThat(doc.encodeState()).isEqualTo((byte[]) state.get("v1"));
        assertThat(doc.encodeStateV2()).isEqualTo((byte[]) state.get("v2"));
    }

    @Test
    @Row(11)
    void concurrentInsertsStandInTheOrderOfClients() {
        byte[] update = Hex.bytes("02 01 ac 02 00 04 01 01 74 01 42 01 01 00 04 01 01 74 01 41 00");
        YDoc doc = document();

        doc.apply(update, null);

        assertThat(doc.text("t").toString()).isEqualTo("AB");
        assertThat(doc.encodeState()).isEqualTo(update);
    }

    @Test
    @Row(6)
    void collectedStructsOfManyClientsInV2LoadWhole() {
        byte[] v2 = (byte[]) oracle.ask("script", """
                const d = new Y.Doc(); d.clientID = 1
                for (let i = 2; i < 12; i++) {
                  const e = new Y.Doc(); e.clientID = i * 1000
                  Y.applyUpdate(e, Y.encodeStateAsUpdate(d))
                  const m = new Y.Map(); e.getArray('a').insert(0, [m]); m.set('k', new Y.Text('abc')); m.set('l', 5)
                  Y.applyUpdate(d, Y.encodeStateAsUpdate(e))
                  if (i % 2) { d.getArray('a').delete(0) }
                }
                return Y.encodeStateAsUpdateV2(d)
                """);
        YDoc doc = document();

        Applied applied = doc.applyV2(v2, null);

        assertThat(applied.pending()).isFalse();
        assertThat(doc.array("a").length()).isEqualTo(5);
        assertThat(doc.encodeStateV2()).isEqualTo(v2);
        assertThat(load(doc.encodeState()).get("v2")).isEqualTo(v2);
    }

    /// The index 0 twice, with the text of the key written once.
    @Test
    @Row(7)
    void aKeyThatIsUsedAgainIsReadAndNeverWritten() {
        byte[] fromYjs =
                (byte[]) build("d.getText('t').insert(0, 'ab', {bold: true})").get("v2");
        YDoc doc = document();
        doc.applyV2(fromYjs, null);
        assertThat(doc.encodeStateV2()).isEqualTo(fromYjs);

        byte[] reused =
                Hex.bytes("00 02 01 00 02 41 01 02 00 04 00 05 06 00 84 00 86 0b 07 74 62 6f 6c 64 61 62 01 04 02"
                        + " 01 01 00 00 01 03 00 78 7e 00");
        assertThat(Hex.of(fromYjs))
                .isEqualTo("00 02 00 02 02 41 01 02 00 04 00 05 06 00 84 00 86 10 0b 74 62 6f 6c 64 61 62 62 6f 6c 64"
                        + " 01 04 02 04 01 01 00 00 01 03 00 78 7e 00");
        assertThat(Updates.toV1(reused)).isEqualTo(oracle.bytes("toV1", reused));
        YDoc again = document();
        again.applyV2(reused, null);

        assertThat(again.text("t").toDelta()).isEqualTo(doc.text("t").toDelta());
        assertThat(again.encodeStateV2()).isEqualTo(fromYjs);
    }

    @Test
    @Row(10)
    void aPairThatIsCutBecomesTwoReplacementCharacters() {
        YDoc doc = document();
        doc.text("t").insert(0, "a\uD83D\uDE00b");
        byte[] whole = doc.encodeState();

        doc.text("t").insert(2, "-");

        assertThat(doc.text("t").toString()).isEqualTo("a\uFFFD-\uFFFDb");
        byte[] cut = Updates.diff(whole, Hex.bytes("01 01 02"));
        assertThat(cut).isEqualTo(oracle.bytes("diff", whole, Hex.bytes("01 01 02")));
        assertThat(Hex.of(cut)).isEqualTo("01 01 01 02 84 01 01 04 ef bf bd 62 00");
    }

    @Test
    @Row(10)
    void ofAKnownItemOnlyTheTailIsTakenWithItsOriginMoved() {
        YDoc doc = document();
        doc.apply(Hex.bytes("01 01 01 00 04 01 01 74 02 68 65 00"), null);

        Applied applied = doc.apply(Hex.bytes("01 01 01 00 04 01 01 74 05 68 65 6c 6c 6f 00"), null);

        assertThat(Hex.of(applied.effective())).isEqualTo("01 01 01 02 84 01 01 03 6c 6c 6f 00");
        assertThat(Hex.of(doc.encodeState())).isEqualTo("01 01 01 00 04 01 01 74 05 68 65 6c 6c 6f 00");
    }

    @Test
    void legacyJsonContentIsKeptAsItCame() {
        byte[] update = Hex.bytes(
                "01 01 01 00 02 01 01 61 03 09 75 6e 64 65 66 69 6e 65 64 03 31 2e 30 07 7b 22 61 22 3a 31 7d 00");
        YDoc doc = document();

        doc.apply(update, null);

        assertThat(doc.array("a").toList()).isEqualTo(Arrays.asList(Undefined.UNDEFINED, 1L, Map.of("a", 1L)));
        assertThat(doc.encodeState()).isEqualTo(update);
        assertThat(Updates.toV1(Updates.toV2(update))).isEqualTo(update);
        YDoc fromV2 = document();
        fromV2.applyV2(doc.encodeStateV2(), null);
        assertThat(fromV2.encodeState()).isEqualTo(update);
    }

    @Test
    @Row(21)
    void deletedRangesAreJoinedAndCompleteInEveryDiff() {
        YDoc doc = document();
        doc.text("t").insert(0, "abcdefgh");
        doc.text("t").delete(1, 1);
        doc.text("t").delete(1, 1);
        doc.text("t").delete(4, 1);

        assertThat(Hex.of(doc.encodeState(doc.stateVector()))).isEqualTo("00 01 01 02 01 02 06 01");
        assertThat(Hex.of(doc.snapshot().encodeV2())).isEqualTo("01 01 02 01 01 03 00 01 01 08");
    }

    @Test
    @Row(21)
    void rangesInDisorderAreJoined() {
        YDoc doc = document();
        doc.text("t").insert(0, "abcdefgh");

        doc.apply(Hex.bytes("00 01 01 03 04 02 01 02 02 03"), null);

        assertThat(doc.text("t").toString()).isEqualTo("agh");
        assertThat(Hex.of(doc.snapshot().encode())).isEqualTo("01 01 01 01 05 01 01 08");
    }

    @Test
    @Row(22)
    void whatIsPendingIsNotInTheVectorButInTheState() {
        YDoc doc = document();

        doc.apply(Hex.bytes("01 01 01 02 84 01 01 01 63 00"), null);

        assertThat(Hex.of(doc.stateVector())).isEqualTo("00");
        assertThat(Hex.of(doc.encodeState())).isEqualTo("01 01 01 02 84 01 01 01 63 00");
    }

    @Test
    @Row(23)
    void aSnapshotIsTheDeleteSetAndThenTheVector() {
        YDoc doc = document();
        assertThat(Hex.of(doc.snapshot().encode())).isEqualTo("00 00");
        doc.text("t").insert(0, "hello");
        doc.text("t").delete(1, 2);

        assertThat(Hex.of(doc.snapshot().encode())).isEqualTo("01 01 01 01 02 01 01 05");
        assertThat(Snapshot.decode(doc.snapshot().encode())).isEqualTo(doc.snapshot());
        assertThat(Snapshot.decodeV2(doc.snapshot().encodeV2())).isEqualTo(doc.snapshot());
    }

    @Test
    @Row(24)
    void relativePositionsAreThoseOfYjs() {
        oracle.ask("open", 1, 1, true);
        oracle.ask("edit", 1, "x", List.of("insert", 3, 0, "hello"));
        YDoc doc = document();
        doc.apply((byte[]) oracle.map("state", 1, null).get("v1"), null);
        String root = doc.text("t").length() > 0 ? "t" : "f";
        for (int index = 0; index <= 5; index++) {
            for (boolean left : new boolean[] {false, true}) {
                byte[] theirs = oracle.bytes("position", 1, root, index, left ? -1 : 0);
                RelativePosition ours = RelativePosition.of(doc.text(root), index, left);
                assertThat(ours.encode()).isEqualTo(theirs);
                assertThat(RelativePosition.decode(theirs)).isEqualTo(ours);
                assertThat(RelativePosition.fromJson(ours.toJson())).isEqualTo(ours);
                assertThat(ours.in(doc).orElseThrow().index()).isEqualTo(index);
                assertThat(oracle.ask("absolute", 1, theirs)).isEqualTo((long) index);
            }
        }
    }

    @Test
    @Row(24)
    void theThreeKindsOfRelativePositionHaveTheirBytes() {
        YDoc doc = document();
        YText inner = doc.map("m").create("k", YKind.TEXT);

        assertThat(Hex.of(RelativePosition.of(doc.text("t"), 0, false).encode()))
                .isEqualTo("01 01 74 00");
        assertThat(Hex.of(RelativePosition.of(inner, 0, false).encode())).isEqualTo("02 01 00 00");
        inner.insert(0, "a");
        assertThat(Hex.of(RelativePosition.of(inner, 0, false).encode())).isEqualTo("00 01 01 00");
        assertThat(Hex.of(RelativePosition.of(inner, 1, true).encode())).isEqualTo("00 01 01 41");
        assertThat(RelativePosition.decode(Hex.bytes("00 01 01"))).isEqualTo(new RelativePosition.AtUnit(1, 1, 0));
    }

    @Test
    void aRelativePositionMovesWithItsNeighbour() {
        YDoc doc = document();
        doc.text("t").insert(0, "hello");
        RelativePosition position = RelativePosition.of(doc.text("t"), 3, false);

        doc.text("t").insert(0, "oh, ");
        assertThat(position.in(doc).orElseThrow().index()).isEqualTo(7);
        doc.text("t").delete(6, 3);
        assertThat(position.in(doc).orElseThrow().index()).isEqualTo(6);
        assertThat(new RelativePosition.AtUnit(99, 0, 0).in(doc)).isEmpty();
    }

    private static Map<?, ?> build(String script) {
        return (Map<?, ?>)
                oracle.ask(
                        "script",
                        "const d = new Y.Doc(); d.clientID = 1; " + script
                                + "; const s = Y.snapshot(d); return {v1: Y.encodeStateAsUpdate(d), v2: Y.encodeStateAsUpdateV2(d),"
                                + " vector: Y.encodeStateVector(d), snapshot: Y.encodeSnapshot(s), snapshotV2: Y.encodeSnapshotV2(s)}");
    }

    private static Map<?, ?> load(byte[] update) {
        oracle.ask("open", 7, 7, true);
        oracle.ask("apply", 7, update, false);
        return oracle.map("state", 7, null);
    }

    private static YDoc document() {
        return YDoc.create(DocOptions.of(1));
    }
}
