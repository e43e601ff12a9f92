package dev.stoa.server.document.lww;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.stoa.property.Property;
import dev.stoa.protocol.Json;
import dev.stoa.protocol.ProtocolException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PatchesTest {
    private static final LwwLimits SMALL = new LwwLimits(1000, 10, 8, 3, 5, 6, 100);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "{}",
                "1",
                "[",
                "[}",
                "[null]",
                "[1]",
                "[[]]",
                "[{}",
                "[{},]",
                "[,{}]",
                "[{'a'}]",
                "[{'a':}]",
                "[{'a':null}]",
                "[{'a':1}]",
                "[{'a':[]}]",
                "[{'a':'t'}]",
                "[{'a':{'x'}}]",
                "[{'a':{'x':}}]",
                "[{'a':{'x':01}}]",
                "[{'a':{'x':1.}}]",
                "[{'a':{'x':.5}}]",
                "[{'a':{'x':+1}}]",
                "[{'a':{'x':NaN}}]",
                "[{'a':{'x':'\\x'}}]",
                "[{'a':{'x':'\\u00g0'}}]",
                "[{'a':{'x':tru}}]",
                "[{'a':{},}]",
                "[{}] []",
                "[{'a':{'x':{'__buf':1}}}]",
                "[{'a':{'x':{'__buf':1,'len':1}}}]",
                "[{'a':{'x':{'__buf':1,'runs':[]}}}]",
                "[{'a':{'x':{'__buf':1,'len':-1,'runs':[]}}}]",
                "[{'a':{'x':{'__buf':1,'len':1.5,'runs':[]}}}]",
                "[{'a':{'x':{'__buf':1,'len':'1','runs':[]}}}]",
                "[{'a':{'x':{'__buf':1,'len':1,'runs':null}}}]",
                "[{'a':{'x':{'__buf':1,'len':1,'runs':[[]]}}}]",
                "[{'a':{'x':{'__buf':1,'len':1,'runs':[[0]]}}}]",
                "[{'a':{'x':{'__buf':1,'len':1,'runs':[[0.5,[]]]}}}]",
                "[{'a':{'x':{'__buf':1,'len':1,'runs':[[0,1]]}}}]",
                "[{'a':{'x':{'__buf':1,'len':1,'runs':[[0,[],1]]}}}]",
                "[{'a':{'x':{'__buf':1,'len':1e300,'runs':[]}}}]"
            })
    void whatIsNotAListOfPatchesIsRefused(String json) {
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> parse(json, LwwLimits.usual()))
                .withMessageStartingWith("patches: ")
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo("INVALID_ARGUMENT"));
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        for (byte[] bad : new byte[][] {
            {(byte) 0x80},
            {(byte) 0xC0, (byte) 0x80},
            {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
            {(byte) 0xF5, 1, 1, 1},
            {(byte) 0xE2, (byte) 0x82}
        }) {
            String around = "[{\"a\":{\"x\":\"?\"}}]";
            byte[] json = around.replace("?", "?".repeat(bad.length)).getBytes(StandardCharsets.ISO_8859_1);
            System.arraycopy(bad, 0, json, around.indexOf('?'), bad.length);

            assertThatExceptionOfType(ProtocolException.class)
                    .isThrownBy(() -> Patches.parse(json, LwwLimits.usual()))
                    .withMessageContaining("UTF-8");
        }
    }

    @Test
    void nestingBeyondItsLimitIsRefused() {
        String deep = "[".repeat(200) + "]".repeat(200);

        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> parse("[{'a':{'x':" + deep + "}}]", LwwLimits.usual()))
                .withMessage("patches: nested deeper than " + Json.MAX_DEPTH);
    }

    @Test
    void eachLimitIsNamedWithItsValue() {
        refused("[{'123456789':{}}]", "a key of 9 bytes exceeds 8");
        refused("[{'üüüüü':{}}]", "a key of 10 bytes exceeds 8");
        refused("[{'a':{'123456789':1}}]", "a field's name of 9 bytes exceeds 8");
        refused("[{'a':{'a':1,'b':1,'c':1,'d':1}}]", "a record of more than 3 fields");
        refused("[{'a':{'a':{'__buf':1,'len':6,'runs':[]}}}]", "an array of 6 elements exceeds 5");
        refused("[{'a':{}},{'a':{}},{'a':{}},{}]", "more than 6 entries at once");
    }

    private static void refused(String json, String why) {
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> parse(json, SMALL))
                .withMessage("patches: " + why);
    }

    @Test
    void limitsAreAllowed() {
        parse("[{'12345678':{'a':1,'b':1,'12345678':{'__buf':1,'len':5,'runs':[]}}},{'a':{}},{},{}]", SMALL);
    }

    /// Whatever bytes come: read as JSON reads them, or refused; nothing else happens.
    @Test
    void spoiltTextsAreReadAsJsonReadsThemOrRefused() {
        Property.holds(5000, chance -> {
            byte[] json = new RandomPatches(chance).list().getBytes(StandardCharsets.UTF_8);
            for (int i = chance.between(1, 3); i > 0; i--) {
                json[chance.between(0, json.length - 1)] =
                        (byte) (chance.onceIn(2) ? "{}[],:\"\\0 e-".charAt(chance.between(0, 11)) : chance.any());
            }
            Patches parsed;
            try {
                parsed = Patches.parse(json, LwwLimits.usual());
            } catch (ProtocolException refused) {
                return;
            }
            NaiveDocument naive = new NaiveDocument();
            naive.apply(new String(json, StandardCharsets.UTF_8));
            LwwDocument real = new LwwDocument();
            real.apply(parsed, LwwLimits.usual());

            // read again: numbers beyond a double are infinite in a tree, and a word behind it
            String seen = Json.mapper().readTree(real.snapshot()).toString();
            assertThat(Json.mapper().readTree(seen)).isEqualTo(naive.snapshot());
        });
    }

    @Test
    void anyTextSurvivesBeingQuoted() {
        Property.holds(2000, chance -> {
            StringBuilder text = new StringBuilder(chance.text(20));
            if (chance.onceIn(3)) {
                text.insert(chance.between(0, text.length()), (char) chance.between(0xD800, 0xDFFF));
            }
            String quoted = RandomPatches.quoted(text.toString());

            assertThat(new JsonText(quoted.getBytes(StandardCharsets.UTF_8)).string())
                    .isEqualTo(text.toString());
            assertThat(Json.mapper().readTree(quoted).stringValue()).isEqualTo(text.toString());
        });
    }

    private static Patches parse(String json, LwwLimits limits) {
        return Patches.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), limits);
    }
}
