package dev.stoa.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.stoa.property.Chance;
import dev.stoa.property.Property;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;

class QuickRecordTest {
    record Inner(String name, boolean on) {}

    record Flat(
            String text,
            int whole,
            long large,
            double real,
            boolean yes,
            @Nullable String maybe,
            Inner inner) {
        Flat {
            if (whole == 13) {
                throw new IllegalArgumentException("thirteen");
            }
        }
    }

    record Empty() {}

    record Renamed(@JsonProperty("n") String name) {}

    record Listing(List<String> items) {}

    record Getter(String name) {
        public String getMore() {
            return "more";
        }
    }

    private final QuickRecord quick = Objects.requireNonNull(QuickRecord.of(Flat.class));

    @Test
    void takesOnlyUsualRecords() {
        assertThat(List.of(Empty.class, Renamed.class, Listing.class, Getter.class, String.class))
                .allSatisfy(type -> assertThat(QuickRecord.of(type)).isNull());
    }

    @Test
    void readsAUsualObjectItself() {
        byte[] text = json("""
                {"text":"é x","whole":-7,"large":12345678901,"real":1.5,"yes":true,"inner":{"name":"","on":false}}""");

        assertThat(quick.read(text, 0, text.length))
                .isEqualTo(new Flat("é x", -7, 12345678901L, 1.5, true, null, new Inner("", false)));
    }

    @Test
    void readsAsJacksonDoesOrLeavesItToJackson() {
        int[] taken = {0};

        Property.holds(20_000, chance -> {
            byte[] text = json(randomObject(chance));
            if (!isJson(text)) {
                return;
            }
            Object read = quick.read(text, 0, text.length);
            if (read != null) {
                taken[0]++;
                assertThat(read).isEqualTo(byJackson(text));
            }
        });

        assertThat(taken[0]).isGreaterThan(1000);
    }

    @Test
    void writesWhatJacksonReadsBack() {
        Property.holds(5_000, chance -> {
            Flat value = randomFlat(chance);
            ByteBuilder out = new ByteBuilder(3, 1);
            out.write('x');

            boolean written = quick.write(value, out);

            assertThat(written).isEqualTo(Double.isFinite(value.real()));
            if (written) {
                String text = new String(out.toByteArray(), StandardCharsets.UTF_8);
                assertThat(Json.mapper().readValue(text.substring(1), Flat.class))
                        .isEqualTo(value);
            } else {
                assertThat(out.length()).isEqualTo(1);
            }
        });
    }

    @Test
    void writesKeysInJacksonsOrderAndLeavesAbsentOnesOut() {
        Flat value = new Flat("a", 1, 2, 0.5, true, null, new Inner("b", false));
        ByteBuilder out = new ByteBuilder(0, 16);

        quick.write(value, out);

        assertThat(new String(out.toByteArray(), StandardCharsets.UTF_8))
                .isEqualTo(Json.mapper().writeValueAsString(value))
                .doesNotContain("maybe");
    }

    @Test
    void leavesLoneSurrogatesToJackson() {
        for (String text : List.of("\uD800", "a\uDC00b", "?\uD83D", "é\uD83D")) {
            assertThat(quick.write(new Flat(text, 1, 2, 3, true, null, new Inner("", true)), new ByteBuilder(0, 16)))
                    .as(text)
                    .isFalse();
        }
    }

    private static Object byJackson(byte[] text) {
        try {
            return Json.mapper().readValue(text, Flat.class);
        } catch (JacksonException refused) {
            return refused;
        }
    }

    private static boolean isJson(byte[] text) {
        return JsonScan.skipValue(text, 0, text.length, 0) == text.length;
    }

    private static Flat randomFlat(Chance chance) {
        int whole = chance.oneOf(List.of(0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 100));
        double real = chance.oneOf(List.of(0.0, -0.0, 1e300, 0.1, Double.NaN, Double.POSITIVE_INFINITY, -3.25));
        return new Flat(
                chance.text(20),
                whole,
                chance.any(),
                real,
                chance.onceIn(2),
                chance.onceIn(2) ? null : chance.text(5),
                new Inner(chance.text(30), chance.onceIn(2)));
    }

    private static String randomObject(Chance chance) {
        List<String> fields = new ArrayList<>(List.of(
                "\"text\":" + text(chance),
                "\"whole\":" + number(chance),
                "\"large\":" + number(chance),
                "\"real\":" + number(chance),
                "\"yes\":"
                        + chance.oneOf(
                                List.of("true", "false", "true", "false", "true", "false", "1", "\"true\"", "null")),
                "\"inner\":" + inner(chance)));
        if (chance.onceIn(2)) {
            fields.add("\"maybe\":" + chance.oneOf(List.of("null", "\"m\"", "1", "\"\"")));
        }
        if (chance.onceIn(3)) {
            Collections.shuffle(fields, new java.util.Random(chance.any()));
        }
        if (chance.onceIn(8)) {
            fields.removeFirst();
        }
        if (chance.onceIn(8)) {
            fields.add(chance.oneOf(List.of("\"x\":1", "\"text\":\"twice\"", "\"\":0", "\"te\\u0078t\":\"e\"")));
        }
        String gap = chance.oneOf(List.of("", "", " ", "\n\t "));
        return "{" + gap + String.join(gap + "," + gap, fields) + gap + "}";
    }

    private static String inner(Chance chance) {
        if (!chance.onceIn(5)) {
            return "{\"name\":\"usual\",\"on\":false}";
        }
        return chance.oneOf(List.of(
                "{\"name\":\"i\",\"on\":true}",
                "{\"on\":false,\"name\":\"\"}",
                "{ \"name\" : \"i\" , \"on\" : true }",
                "{\"name\":\"i\"}",
                "{\"name\":null,\"on\":true}",
                "{}",
                "null",
                "[]"));
    }

    private static String number(Chance chance) {
        if (!chance.onceIn(5)) {
            return String.valueOf(chance.between(-50, 1000));
        }
        return chance.oneOf(List.of(
                "0",
                "1",
                "-1",
                "7",
                "-0",
                "2147483647",
                "2147483648",
                "-2147483648",
                "13",
                "1.0",
                "1.5",
                "-0.0",
                "1e3",
                "1E400",
                "999999999999999999",
                "9223372036854775807",
                "9223372036854775808",
                "12",
                "42",
                "5",
                "\"1\"",
                "null",
                "true",
                "123456789012345678901234567890"));
    }

    private static String text(Chance chance) {
        if (!chance.onceIn(5)) {
            return "\"usual\"";
        }
        String plain = chance.text(12).replaceAll("[\\x00-\\x1F\"\\\\]", "");
        return chance.oneOf(List.of("\"" + plain + "\"", "\"" + plain + "\"", "\"a\\nb\"", "1", "null", "\"\\u00e9\""));
    }

    private static byte[] json(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
