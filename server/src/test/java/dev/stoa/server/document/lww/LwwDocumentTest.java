package dev.stoa.server.document.lww;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.stoa.property.Chance;
import dev.stoa.property.Property;
import dev.stoa.protocol.ByteBuilder;
import dev.stoa.protocol.Json;
import dev.stoa.protocol.ProtocolException;
import dev.stoa.protocol.RawJson;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class LwwDocumentTest {
    private static final LwwLimits LIMITS = LwwLimits.usual();

    private final LwwDocument document = new LwwDocument();

    // The rules, one by one

    @Test
    void fullAddIsKeptWithAllItsFields() {
        apply("[{'e/p':{'_exists':true,'_version':null,'x':1.50}}]");

        assertThat(snapshot())
                .isEqualTo("{'timestamp':1,'state':{'e/p':{'_exists':true,'_version':null,'x':1.50}},"
                        + "'timestamps':{'e/p':{'_exists':1,'_version':1,'x':1}}}");
    }

    @Test
    void changeOverwritesItsFieldsAndNoOthers() {
        apply("[{'e/p':{'_exists':true,'x':1,'y':2}}]", "[{'e/p':{'y':3,'z':4}}]");

        assertThat(snapshot())
                .isEqualTo("{'timestamp':2,'state':{'e/p':{'_exists':true,'x':1,'y':3,'z':4}},"
                        + "'timestamps':{'e/p':{'_exists':1,'x':1,'y':2,'z':2}}}");
    }

    @Test
    void deletionLeavesATombstoneAndNothingElse() {
        apply("[{'e/p':{'_exists':true,'x':1}}]", "[{'e/p':{'_exists':false,'x':9}}]");

        assertThat(snapshot())
                .isEqualTo("{'timestamp':2,'state':{'e/p':{'_exists':false}},'timestamps':{'e/p':{'_exists':2}}}");
    }

    @Test
    void deletionOfWhatWasNeverThereLeavesATombstoneToo() {
        apply("[{'e/p':{'_exists':false}}]");

        assertThat(snapshot())
                .isEqualTo("{'timestamp':1,'state':{'e/p':{'_exists':false}},'timestamps':{'e/p':{'_exists':1}}}");
    }

    @Test
    void changeOfWhatIsDeletedIsDroppedButCounts() {
        apply("[{'e/p':{'_exists':false}}]");

        LwwDocument.Applied applied = apply("[{'e/p':{'x':1},'f/p':{'x':1}}]");

        assertThat(applied.timestamp()).isEqualTo(2);
        assertThat(applied.droppedSome()).isTrue();
        assertThat(text(applied.kept())).isEqualTo("[]");
        assertThat(snapshot())
                .isEqualTo("{'timestamp':2,'state':{'e/p':{'_exists':false}},'timestamps':{'e/p':{'_exists':1}}}");
    }

    @Test
    void whatIsKeptOfPatchesIsTheirTextWithoutWhatWasDropped() {
        LwwDocument.Applied applied =
                apply("[{'dead':{'x':1},'a':{'_exists':true,'x':1.0},'dead2':{'x':1}},{'dead':{'y':1}},{}]");

        assertThat(text(applied.kept())).isEqualTo("[{'a':{'_exists':true,'x':1.0}},{}]");
    }

    @Test
    void fullAddRevivesWithoutTheOldFields() {
        apply(
                "[{'e/p':{'_exists':true,'x':1,'y':2}}]",
                "[{'e/p':{'_exists':false}}]",
                "[{'e/p':{'_exists':true,'x':3}}]");

        assertThat(snapshot())
                .isEqualTo("{'timestamp':3,'state':{'e/p':{'_exists':true,'x':3}},"
                        + "'timestamps':{'e/p':{'_exists':3,'x':3}}}");
    }

    @Test
    void fullAddOnALivingRecordMerges() {
        apply("[{'e/p':{'_exists':true,'x':1,'y':2}}]", "[{'e/p':{'_exists':true,'x':3}}]");

        assertThat(document.get("e/p")).hasValue(raw("{'_exists':true,'x':3,'y':2}"));
    }

    @Test
    void laterPatchesOfAListWin() {
        LwwDocument.Applied applied =
                apply("[{'e/p':{'_exists':true,'x':1}},{'e/p':{'x':2}},{'e/p':{'_exists':false}},{'e/p':{'x':3}}]");

        assertThat(applied.timestamp()).isEqualTo(1);
        assertThat(snapshot())
                .isEqualTo("{'timestamp':1,'state':{'e/p':{'_exists':false}},'timestamps':{'e/p':{'_exists':1}}}");
    }

    @Test
    void ofAKeyOrFieldGivenTwiceTheLastCounts() {
        apply("[{'e':{'_exists':true,'a':1},'e':{'_exists':true,'x':1,'x':2}}]");

        assertThat(document.get("e")).hasValue(raw("{'_exists':true,'x':2}"));
    }

    @Test
    void existenceIsComparedExactly() {
        apply(
                "[{'e':{'_exists':1,'x':1},'f':{'_exists':true},'g':{'_exists':true}}]",
                "[{'f':{'_exists':0},'g':{'_exists':null}}]");

        assertThat(document.get("e")).isEmpty();
        assertThat(document.get("f")).hasValue(raw("{'_exists':0}"));
        assertThat(document.get("g")).hasValue(raw("{'_exists':null}"));
    }

    @Test
    void arrayDeltaMakesAnArrayOfTheOneThatIsThere() {
        apply("[{'e':{'_exists':true,'a':[1,2,3]}}]", "[{'e':{'a':{'__buf':1,'len':6,'runs':[[2,[9]],[5,[7,8]]]}}}]");

        assertThat(document.get("e")).hasValue(raw("{'_exists':true,'a':[1,2,9,0,0,7]}"));
    }

    @Test
    void arrayDeltaOnNothingStartsWithZeros() {
        apply(
                "[{'e':{'_exists':true,'a':{'__buf':1.0,'len':3,'runs':[[-1,[5,6]]]},'b':'text'}}]",
                "[{'e':{'b':{'__buf':1,'len':2,'runs':[]}}}]");

        assertThat(document.get("e")).hasValue(raw("{'_exists':true,'a':[6,0,0],'b':[0,0]}"));
    }

    @Test
    void valuesAreKeptToTheLetter() {
        String values = "{'_exists':true,'a':0.10000000149011612,'b':1e21,'c':-0,'d':1.0,'e':'\\ud800','f':'\\u0041',"
                + "'g':12345678901234567890,'h':null,'i':{'k':[null,{}]}}";

        apply("[{'e':" + values + "}]");

        assertThat(document.get("e")).hasValue(raw(values));
    }

    @Test
    void blanksBetweenTokensAreNotKept() {
        LwwDocument.Applied applied = apply(" [ { 'e' : { '_exists' : true , 'x' : [ 1 , 'a b' ] } } ] ");

        assertThat(text(applied.kept())).isEqualTo("[{'e':{'_exists':true,'x':[1,'a b']}}]");
        assertThat(document.get("e")).hasValue(raw("{'_exists':true,'x':[1,'a b']}"));
    }

    @Test
    void whatIsNewIsToldByFieldAndCounter() {
        apply(
                "[{'a':{'_exists':true,'x':1,'y':1},'b':{'_exists':true}}]",
                "[{'a':{'y':2}}]",
                "[{'b':{'_exists':false}}]");

        assertThat(since(0)).isEqualTo("{'b':{'_exists':false},'a':{'_exists':true,'x':1,'y':2}}");
        assertThat(since(1)).isEqualTo("{'b':{'_exists':false},'a':{'y':2}}");
        assertThat(since(1.5)).isEqualTo("{'b':{'_exists':false},'a':{'y':2}}");
        assertThat(since(2)).isEqualTo("{'b':{'_exists':false}}");
        assertThat(since(3)).isEqualTo("{}");
    }

    // Against the naive document

    @Test
    void itIsWhatTheRulesSayWhateverIsSent() {
        Property.holds(2000, chance -> {
            RandomPatches random = new RandomPatches(chance);
            LwwDocument real = new LwwDocument();
            NaiveDocument naive = new NaiveDocument();
            for (int i = chance.between(1, 12); i > 0; i--) {
                String patches = random.list();
                naive.apply(patches);
                real.apply(parse(patches), LIMITS);
            }

            assertThat(tree(real.snapshot())).isEqualTo(naive.snapshot());
            for (int since = 0; since <= real.timestamp(); since++) {
                ByteBuilder out = new ByteBuilder(0, 16);
                real.writeSince(since, true, out);
                assertThat(tree(out.toByteArray()))
                        .isEqualTo(Json.mapper().readTree(naive.since(since).toString()));
            }
        });
    }

    @Test
    void whatWasDroppedMayBeLeftOutAndTheStateIsTheSame() {
        Property.holds(1000, chance -> {
            RandomPatches random = new RandomPatches(chance);
            LwwDocument first = new LwwDocument();
            LwwDocument replica = new LwwDocument();
            for (int i = chance.between(1, 12); i > 0; i--) {
                LwwDocument.Applied applied = first.apply(parse(random.list()), LIMITS);
                replica.apply(Patches.parse(applied.kept(), LIMITS), LIMITS);
            }

            assertThat(text(replica.snapshot())).isEqualTo(text(first.snapshot()));
        });
    }

    /// Who comes back with any old copy, and takes over what is new since, has what everybody has. (Of a
    /// record that was deleted and made anew meanwhile it may have fields left: answers cannot say that
    /// they are gone.)
    @Test
    void whoeverWasAwayForHoweverLongCatchesUp() {
        Property.holds(500, chance -> {
            List<String> sent = sent(chance);
            int left = chance.between(0, sent.size());
            NaiveDocument copy = new NaiveDocument();
            sent.subList(0, left).forEach(copy::apply);
            LwwDocument kept = reloadedNowAndThen(sent, chance);

            ByteBuilder missed = new ByteBuilder(0, 16);
            kept.writeSince(left, true, missed);
            JsonNode caughtUp = merged(copy.snapshot().get("state"), tree(missed.toByteArray()));

            tree(kept.snapshot())
                    .get("state")
                    .properties()
                    .forEach(record -> record.getValue()
                            .properties()
                            .forEach(field -> assertThat(
                                            caughtUp.get(record.getKey()).get(field.getKey()))
                                    .as(record.getKey() + " " + field.getKey())
                                    .isEqualTo(field.getValue())));
        });
    }

    private static List<String> sent(Chance chance) {
        RandomPatches random = new RandomPatches(chance);
        List<String> sent = new ArrayList<>();
        for (int i = chance.between(1, 15); i > 0; i--) {
            sent.add(random.list());
        }
        return sent;
    }

    private static LwwDocument reloadedNowAndThen(List<String> sent, Chance chance) {
        LwwDocument kept = new LwwDocument();
        for (String patches : sent) {
            kept.apply(parse(patches), LIMITS);
            if (chance.onceIn(4)) {
                kept = LwwDocument.ofCheckpoint(checkpoint(kept));
            } else if (chance.onceIn(4)) {
                kept = LwwDocument.ofSnapshot(kept.snapshot(), LIMITS);
            }
        }
        return kept;
    }

    /// As a client takes over an answer: field by field.
    private static JsonNode merged(JsonNode state, JsonNode diff) {
        ObjectNode result = (ObjectNode) state.deepCopy();
        diff.properties()
                .forEach(entry -> result.withObjectProperty(entry.getKey()).setAll((ObjectNode) entry.getValue()));
        return result;
    }

    // Keeping

    @Test
    void checkpointsAndSnapshotsGiveTheSameDocumentAgain() {
        Property.holds(500, chance -> {
            LwwDocument first = new LwwDocument();
            sent(chance).forEach(patches -> first.apply(parse(patches), LIMITS));

            LwwDocument fromCheckpoint = LwwDocument.ofCheckpoint(checkpoint(first));
            LwwDocument fromSnapshot = LwwDocument.ofSnapshot(first.snapshot(), LIMITS);

            assertThat(text(fromCheckpoint.snapshot())).isEqualTo(text(first.snapshot()));
            assertThat(tree(fromSnapshot.snapshot())).isEqualTo(tree(first.snapshot()));
            assertThat(fromCheckpoint.bytes()).isEqualTo(first.bytes());
            assertThat(fromSnapshot.bytes()).isEqualTo(first.bytes());
        });
    }

    @Test
    void brokenCheckpointsAreRefusedWithoutHarm() {
        Property.holds(2000, chance -> {
            LwwDocument first = new LwwDocument();
            sent(chance).forEach(patches -> first.apply(parse(patches), LIMITS));
            byte[] bytes = checkpoint(first);
            byte[] broken =
                    chance.onceIn(2) ? java.util.Arrays.copyOf(bytes, chance.between(0, bytes.length - 1)) : bytes;
            if (broken == bytes) {
                broken[chance.between(0, bytes.length - 1)] = (byte) chance.any();
            }

            try {
                LwwDocument.ofCheckpoint(broken);
            } catch (IllegalArgumentException refused) {
                assertThat(refused).hasMessageMatching("(?s).+");
            }
        });
    }

    @Test
    void snapshotOfTheReferenceServerIsRead() {
        String json =
                "{'timestamp':11,'state':{'e1/P':{'_exists':true,'x':5},'e2/P':{'_exists':false,'x':1},'old':{'y':1}},"
                        + "'timestamps':{'e1/P':{'_exists':6,'x':15,'gone':3},'e2/P':{'_exists':9},'nobody':{'x':4}}}";

        LwwDocument read = LwwDocument.ofSnapshot(quotes(json), LIMITS);

        assertThat(text(read.snapshot()))
                .isEqualTo(
                        "{'timestamp':11,'state':{'old':{'y':1},'e2/P':{'_exists':false},'e1/P':{'_exists':true,'x':5}},"
                                + "'timestamps':{'old':{},'e2/P':{'_exists':9},'e1/P':{'_exists':6,'x':11}}}");
        read.apply(parse("[{'old':{'z':1}}]".replace('\'', '"')), LIMITS);
        assertThat(read.get("old")).hasValue(raw("{'y':1,'z':1}"));
    }

    @Test
    void whatIsNoSnapshotIsRefused() {
        for (String json : List.of(
                "",
                "null",
                "[]",
                "{}",
                "{'timestamp':1}",
                "{'timestamp':-1,'state':{},'timestamps':{}}",
                "{'timestamp':1,'state':{'a':null},'timestamps':{}}",
                "{'timestamp':1.5,'state':{},'timestamps':{}}",
                "{'timestamp':1,'state':{},'timestamps':{}} x",
                "{'timestamp':1,'state':{},'timestamps':{'a':{'x':'1'}}}")) {
            assertThatIllegalArgumentException()
                    .as(json)
                    .isThrownBy(() -> LwwDocument.ofSnapshot(quotes(json), LIMITS))
                    .withMessageStartingWith("no snapshot of a document: ");
        }
    }

    // Forgetting

    @Test
    void tombstonesUpToACounterValueGoAndNothingElse() {
        Property.holds(500, chance -> {
            LwwDocument kept = reloadedNowAndThen(sent(chance), chance);
            long upTo = chance.between(0, (int) kept.timestamp());
            ObjectNode expected = (ObjectNode) tree(kept.snapshot());
            long newest = 0;
            for (var stamps : List.copyOf(expected.path("timestamps").properties())) {
                boolean gone = expected.at("/state")
                        .get(stamps.getKey())
                        .equals(tree("{\"_exists\":false}".getBytes(StandardCharsets.UTF_8)));
                long stamp = stamps.getValue().path("_exists").asLong();
                if (gone && stamp <= upTo) {
                    newest = Math.max(newest, stamp);
                    ((ObjectNode) expected.get("state")).remove(stamps.getKey());
                    ((ObjectNode) expected.get("timestamps")).remove(stamps.getKey());
                }
            }

            kept.forget(upTo);

            LwwDocument again = LwwDocument.ofCheckpoint(checkpoint(kept));
            assertThat(tree(kept.snapshot())).isEqualTo(expected);
            assertThat(tree(again.snapshot())).isEqualTo(expected);
            assertThat(kept.forgotten()).isEqualTo(newest);
            assertThat(again.forgotten()).isEqualTo(newest);
            assertThat(again.bytes()).isEqualTo(kept.bytes());
            assertThat(again.records()).isEqualTo(expected.get("state").size());
        });
    }

    @Test
    void itIsKnownToTheDayHowOldWhatWasWrittenIs() {
        long day = 24L * 60 * 60 * 1000;
        Ages ages = document.ages();
        for (int today = 1; today <= 3; today++) {
            apply("[{}]");
            ages.pass(today * day, document.timestamp());
            apply("[{}]");
            ages.pass(today * day + day / 2, document.timestamp());
        }

        for (Ages known :
                List.of(ages, LwwDocument.ofCheckpoint(checkpoint(document)).ages())) {
            assertThat(known.before(2 * day - 1)).isZero();
            assertThat(known.before(2 * day)).isEqualTo(2);
            assertThat(known.before(3 * day)).isEqualTo(4);
            assertThat(known.before(99 * day)).isEqualTo(6);
        }
    }

    // Limits

    @Test
    void documentThatWouldGrowTooLargeRefusesAndIsUnharmed() {
        LwwDocument small = new LwwDocument();
        small.apply(parse(json("[{'e':{'_exists':true,'x':'0123456789'}}]")), LIMITS.withMaxDocumentBytes(100));
        String before = text(small.snapshot());

        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> small.apply(
                        parse(json("[{'e':{'y':1},'f':{'_exists':true,'x':'" + "z".repeat(80) + "'}}]")),
                        LIMITS.withMaxDocumentBytes(100)))
                .withMessageMatching("a document of \\d+ bytes exceeds 100");
        assertThat(text(small.snapshot())).isEqualTo(before);
    }

    @Test
    void fullDocumentStillTakesDeletionsAndSmallerValues() {
        LwwDocument small = new LwwDocument();
        small.apply(parse(json("[{'e':{'_exists':true,'x':'0123456789'}}]")), LIMITS.withMaxDocumentBytes(60));

        small.apply(parse(json("[{'e':{'x':'012345678'}}]")), LIMITS.withMaxDocumentBytes(60));
        small.apply(parse(json("[{'e':{'_exists':false}}]")), LIMITS.withMaxDocumentBytes(60));

        assertThat(small.timestamp()).isEqualTo(3);
        assertThat(small.bytes()).isLessThan(40);
    }

    @Test
    void recordsBeyondTheirNumberAreRefused() {
        LwwDocument small = new LwwDocument();
        small.apply(parse(json("[{'e':{'_exists':true}}]")), LIMITS.withMaxRecords(1));

        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> small.apply(parse(json("[{'f':{'_exists':false}}]")), LIMITS.withMaxRecords(1)))
                .withMessage("a document of 2 records exceeds 1");
    }

    @Test
    void itsSizeIsNeverLessThanItsJson() {
        Property.holds(500, chance -> {
            LwwDocument first = new LwwDocument();
            sent(chance).forEach(patches -> first.apply(parse(patches), LIMITS));
            ByteBuilder out = new ByteBuilder(0, 16);
            first.writeSince(0, true, out);

            assertThat(first.bytes() + 2).isGreaterThanOrEqualTo(out.length());
        });
    }

    private LwwDocument.Applied apply(String... lists) {
        LwwDocument.Applied last = null;
        for (String list : lists) {
            last = document.apply(parse(json(list)), LIMITS);
        }
        return last;
    }

    private String snapshot() {
        return text(document.snapshot());
    }

    private String since(double since) {
        ByteBuilder out = new ByteBuilder(0, 16);
        document.writeSince(since, true, out);
        return text(out.toByteArray());
    }

    private static Patches parse(String json) {
        return Patches.parse(json.getBytes(StandardCharsets.UTF_8), LIMITS);
    }

    private static String json(String apostrophes) {
        return apostrophes.replace('\'', '"');
    }

    private static byte[] quotes(String apostrophes) {
        return json(apostrophes).getBytes(StandardCharsets.UTF_8);
    }

    private static RawJson raw(String apostrophes) {
        return RawJson.trusted(quotes(apostrophes));
    }

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8).replace('"', '\'');
    }

    private static JsonNode tree(byte[] json) {
        return Json.mapper().readTree(json);
    }

    /// In parts of any size it is the same.
    private static byte[] checkpoint(LwwDocument document) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        document.checkpoint(1_000_000).forEachRemaining(whole::writeBytes);
        ByteArrayOutputStream inParts = new ByteArrayOutputStream();
        document.checkpoint(64).forEachRemaining(inParts::writeBytes);
        assertThat(inParts.toByteArray()).isEqualTo(whole.toByteArray());
        return whole.toByteArray();
    }
}
