package dev.stoa.yjs.lib0;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.stoa.yjs.Row;
import dev.stoa.yjs.Undefined;
import dev.stoa.yjs.UpdateException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// The encodings below the formats, on examples to the byte.
final class Lib0Test {
    @Test
    @Row(1)
    void unsignedNumbersReachFrom0To2To53Minus1() {
        assertThat(unsigned(0)).isEqualTo("00");
        assertThat(unsigned(300)).isEqualTo("ac02");
        assertThat(unsigned(ByteReader.MAX_SAFE)).isEqualTo("ffffffffffffff0f");
        for (long value : new long[] {0, 1, 127, 128, 16_383, 16_384, 1L << 32, ByteReader.MAX_SAFE}) {
            assertThat(reader(unsigned(value)).varUint()).isEqualTo(value);
        }
    }

    @Test
    @Row(1)
    void anUnsignedNumberAbove2To53Minus1IsRefused() {
        refused(() -> reader("ffffffffffffff1f").varUint());
    }

    @Test
    @Row(1)
    void aNinthByteIsRefused() {
        refused(() -> reader("808080808080808001").varUint());
        refused(() -> reader("80808080808080808001").varIntMagnitude());
    }

    @Test
    @Row(1)
    void signedNumbersKnowMinusZero() {
        ByteWriter out = new ByteWriter();
        out.varInt(0, true);
        out.varInt(-1);
        out.varInt(64);
        out.varInt(-ByteReader.MAX_SAFE);

        assertThat(hex(out)).startsWith("40" + "41" + "8001");
        ByteReader in = new ByteReader(out.toBytes());
        assertThat(in.varIntMagnitude()).isZero();
        assertThat(in.negative()).isTrue();
        assertThat(in.varInt()).isEqualTo(-1);
        assertThat(in.varInt()).isEqualTo(64);
        assertThat(in.varInt()).isEqualTo(-ByteReader.MAX_SAFE);
    }

    @Test
    @Row(2)
    void everyKindOfValueHasItsTag() {
        any(Undefined.UNDEFINED, "7f");
        any(null, "7e");
        any(1L, "7d01");
        any(-0.0, "7d40");
        any(0.5, "7c3f000000");
        any(0.1, "7b3fb999999999999a");
        any(BigInteger.valueOf(-2), "7afffffffffffffffe");
        any(false, "79");
        any(true, "78");
        any("a", "770161");
        any(Map.of("k", 1L), "7601016b7d01");
        any(List.of(1L, 2L), "75027d017d02");
        assertThat(encoded(new byte[] {1, 2})).isEqualTo("74020102");
        assertThat((byte[]) Any.read(reader("74020102"), 1)).containsExactly(1, 2);
    }

    @Test
    @Row(2)
    void numbersTakeTheShortestOfThreeForms() {
        any(2147483647L, "7dbfffffff0f");
        any(2147483648L, "7c4f000000");
        any(1L << 40, "7c53800000");
        any(Double.POSITIVE_INFINITY, "7c7f800000");
        any(Double.NaN, "7b7ff8000000000000");
        assertThat(encoded(7)).isEqualTo("7d07");
        assertThat(encoded(7.0)).isEqualTo("7d07");
        assertThat(encoded(0.5f)).isEqualTo("7c3f000000");
    }

    @Test
    void numbersComeBackInOneJavaForm() {
        assertThat(Any.read(reader("7b3ff0000000000000"), 1)).isEqualTo(1L);
        assertThat(Any.read(reader("7b8000000000000000"), 1)).isEqualTo(-0.0);
        assertThat(Any.read(reader("7b7e37e43c8800759c"), 1)).isEqualTo(1e300);
    }

    @Test
    void integersThatJavaScriptCannotHoldAreRefused() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> encoded(Long.MAX_VALUE))
                .withMessageContaining("9223372036854775807 exceeds 2^53-1");
    }

    @Test
    @Row(2)
    void objectsKeepTheOrderOfTheirKeys() {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 20; i > 0; i--) {
            map.put("k" + i, (long) i);
        }

        Object back = Any.read(reader(encoded(map)), 1);

        assertThat(((Map<?, ?>) back).keySet().stream().map(String::valueOf)).containsExactlyElementsOf(map.keySet());
        assertThat(encoded(back)).isEqualTo(encoded(map));
    }

    @Test
    void ofEqualKeysTheLastValueCounts() {
        assertThat(Any.read(reader("7602016b7d01016b7d02"), 1)).isEqualTo(Map.of("k", 2L));
    }

    @Test
    @Row(35)
    void valuesNestedDeeperThanAllowedAreRefusedByTheLimitsName() {
        String deep = "7501".repeat(101) + "7e";

        assertThatExceptionOfType(UpdateException.class)
                .isThrownBy(() -> Any.read(reader(deep), 100))
                .withMessage("nesting of a value of 101 exceeds 100")
                .satisfies(e -> assertThat(e.limit()).contains("nesting"));
    }

    @Test
    void anUnknownTagIsUnsupported() {
        assertThatExceptionOfType(UpdateException.class)
                .isThrownBy(() -> Any.read(reader("50"), 1))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(UpdateException.Reason.UNSUPPORTED));
    }

    @Test
    void claimedCountsAreComparedWithWhatIsThere() {
        refused(() -> Any.read(reader("75ffffffff0f"), 9));
        refused(() -> Any.read(reader("76ffffffff0f"), 9));
        refused(() -> Any.read(reader("74ffffffff0f"), 9));
        refused(() -> Any.read(reader("77ffffffff0f"), 9));
    }

    @Test
    @Row(3)
    void malformedUtf8IsRefused() {
        refused(() -> reader("01ff").varString());
        refused(() -> reader("02c080").varString());
        refused(() -> reader("03eda080").varString());
        refused(() -> reader("02e282").varString());
    }

    @Test
    @Row(3)
    void aByteOrderMarkIsACharacter() {
        assertThat(reader("04efbbbf61").varString()).isEqualTo("\uFEFFa");
        assertThat(string("\uFEFFa")).isEqualTo("04efbbbf61");
    }

    @Test
    @Row(3)
    void halfASurrogatePairIsWrittenAsTheReplacementCharacter() {
        assertThat(string("a\uD83D")).isEqualTo("04" + "61" + "efbfbd");
        assertThat(string("\uDE00b")).isEqualTo("04" + "efbfbd" + "62");
        assertThat(string("\uD83D\uDE00")).isEqualTo("04" + "f09f9880");
    }

    @Test
    @Row(4)
    void repeatedNumbersCostACount() {
        assertThat(uints(1, 1, 1)).isEqualTo("4101");
        assertThat(uints(0)).isEqualTo("00");
        assertThat(uints(0, 0)).isEqualTo("4000");
        assertThat(uints(0, 0, 5)).isEqualTo("400005");
        assertThat(uints(5, 6)).isEqualTo("0506");
    }

    @Test
    @Row(4)
    void equalStepsCostACount() {
        assertThat(steps(0, 1)).isEqualTo("0002");
        assertThat(steps(0, 2)).isEqualTo("0004");
        assertThat(steps(0)).isEqualTo("00");
        assertThat(steps(3, 2, 1, 0)).isEqualTo("06" + "4101");
    }

    @Test
    @Row(4)
    void theLastRunOfBytesHasNoCount() {
        ByteRle.Writer out = new ByteRle.Writer();
        for (int value : new int[] {4, 4, 1, 1, 1}) {
            out.write(value);
        }

        assertThat(hex(out.finish())).isEqualTo("0401" + "01");
        ByteRle.Reader in = new ByteRle.Reader(reader("040101"));
        assertThat(List.of(in.read(), in.read(), in.read(), in.read(), in.read(), in.read()))
                .containsExactly(4, 4, 1, 1, 1, 1);
    }

    @Test
    @Row(4)
    void joinedStringsAreCutByUtf16Units() {
        StringRle.Writer out = new StringRle.Writer();
        for (String text : List.of("\uD83D\uDE00", "", "ab", "cd")) {
            out.write(text, 0, text.length());
        }

        String hex = hex(out.finish());
        assertThat(hex).isEqualTo("08f09f988061626364" + "02" + "00" + "4200");
        StringRle.Reader in = new StringRle.Reader(reader(hex));
        assertThat(List.of(in.read(), in.read(), in.read(), in.read())).containsExactly("\uD83D\uDE00", "", "ab", "cd");
        refused(in::read);
    }

    @Test
    void streamsGiveBackWhatWasWritten() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 300; round++) {
            long[] values =
                    random.longs(random.nextInt(40), 0, 1 + random.nextInt(3)).toArray();
            if (round % 3 == 0) {
                values = random.longs(20, 0, 1L << 52).toArray();
            }
            UintOptRle.Writer uints = new UintOptRle.Writer();
            IntDiffOptRle.Writer steps = new IntDiffOptRle.Writer();
            for (long value : values) {
                uints.write(value);
                steps.write(value);
            }
            UintOptRle.Reader uintsIn =
                    new UintOptRle.Reader(new ByteReader(uints.finish().toBytes()));
            IntDiffOptRle.Reader stepsIn =
                    new IntDiffOptRle.Reader(new ByteReader(steps.finish().toBytes()));
            for (long value : values) {
                assertThat(uintsIn.read()).as("seed %d", seed).isEqualTo(value);
                assertThat(stepsIn.read()).as("seed %d", seed).isEqualTo(value);
            }
        }
    }

    @Test
    void jsonIsReadAsJavaScriptReadsIt() {
        assertThat(Json.parse(" {\"a\": [1, -0, 1.5e1, \"\\u00e9\\n\\uD83D\\ude00\", true, null]} ", 9))
                .isEqualTo(Map.of("a", Arrays.asList(1L, -0.0, 15L, "\u00e9\n\uD83D\uDE00", true, null)));
        for (String bad : List.of(
                "", "{", "[1,]", "{\"a\"}", "01", "1.", "+1", "tru", "\"\n\"", "1 2", "'a'", "\"\\x\"", "undefined")) {
            refused(() -> Json.check(bad, 9));
            refused(() -> Json.parse(bad, 9));
        }
    }

    @Test
    void jsonIsWrittenAsJavaScriptWritesIt() {
        assertThat(Json.write(Arrays.asList(
                        1e21,
                        1e-7,
                        123456789012345680.0,
                        -0.0,
                        0.1,
                        Double.NaN,
                        "\u001f\"\\",
                        null,
                        Undefined.UNDEFINED)))
                .isEqualTo("[1e+21,1e-7,123456789012345680,0,0.1,null,\"\\u001f\\\"\\\\\",null,null]");
        assertThat(Json.write(new byte[] {1, -1})).isEqualTo("{\"0\":1,\"1\":255}");
    }

    private static void any(Object value, String hex) {
        assertThat(encoded(value)).isEqualTo(hex);
        assertThat(Any.read(reader(hex), 9)).isEqualTo(value);
    }

    private static String encoded(Object value) {
        ByteWriter out = new ByteWriter();
        Any.write(out, value);
        return hex(out);
    }

    private static String unsigned(long value) {
        ByteWriter out = new ByteWriter();
        out.varUint(value);
        return hex(out);
    }

    private static String string(String value) {
        ByteWriter out = new ByteWriter();
        out.varString(value);
        return hex(out);
    }

    private static String uints(long... values) {
        UintOptRle.Writer out = new UintOptRle.Writer();
        Arrays.stream(values).forEach(out::write);
        return hex(out.finish());
    }

    private static String steps(long... values) {
        IntDiffOptRle.Writer out = new IntDiffOptRle.Writer();
        Arrays.stream(values).forEach(out::write);
        return hex(out.finish());
    }

    private static String hex(ByteWriter out) {
        return HexFormat.of().formatHex(out.toBytes());
    }

    private static ByteReader reader(String hex) {
        return new ByteReader(HexFormat.of().parseHex(hex));
    }

    private static void refused(Runnable reading) {
        assertThatExceptionOfType(UpdateException.class)
                .isThrownBy(reading::run)
                .satisfies(e -> assertThat(e.reason()).isEqualTo(UpdateException.Reason.MALFORMED));
    }
}
