package dev.stoa.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeTest {
    @Test
    void findsTheFieldsInAnyOrderAndSpacing() {
        Envelope envelope = scan("""
                \t{ "payload" : { "text" : "hi" } ,\r
                 "meta":{"correlationId":"c 1","timestamp":17.5,"timeoutMs":250,"roomId":"r"}, "type":"CHAT" }\n""");

        assertThat(envelope.type()).isEqualTo("CHAT");
        assertThat(envelope.correlationId()).isEqualTo("c 1");
        assertThat(envelope.timestamp()).isEqualTo(17.5);
        assertThat(envelope.timeoutMs()).isEqualTo(250);
        assertThat(envelope.hasExtendedMeta()).isTrue();
        assertThat(envelope.metaTree().path("roomId").asString()).isEqualTo("r");
        assertThat(envelope.payloadTree().path("text").asString()).isEqualTo("hi");
        assertThat(envelope.violation()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",\"meta\":null", ",\"meta\":[1]", ",\"meta\":\"x\"", ",\"meta\":7", ",\"meta\":{}"})
    void metaThatIsNoObjectCountsAsEmpty(String meta) {
        Envelope envelope = scan("{\"type\":\"T\"" + meta + "}");

        assertThat(envelope.metaTree().isEmpty()).isTrue();
        assertThat(envelope.correlationId()).isNull();
        assertThat(envelope.timestamp()).isNull();
        assertThat(envelope.timeoutMs()).isZero();
        assertThat(envelope.hasPayload()).isFalse();
        assertThat(envelope.violation()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"type\":\"T\",\"id\":1} | id",
                "{\"id\":1,\"type\":\"T\"} | id",
                "{\"type\":\"T\",\"data\":1} | data",
                "{\"type\":\"T\",\"Payload\":1} | Payload",
                "{\"type\":\"T\",\"meta\":{\"timestamp\":\"1\"}} | meta.timestamp",
                "{\"type\":\"T\",\"meta\":{\"timestamp\":null}} | meta.timestamp",
                "{\"type\":\"T\",\"meta\":{\"correlationId\":null}} | meta.correlationId",
                "{\"type\":\"T\",\"meta\":{\"correlationId\":7}} | meta.correlationId",
                "{\"type\":\"T\",\"meta\":{\"timeoutMs\":0}} | meta.timeoutMs",
                "{\"type\":\"T\",\"meta\":{\"timeoutMs\":-1}} | meta.timeoutMs",
                "{\"type\":\"T\",\"meta\":{\"timeoutMs\":1.5}} | meta.timeoutMs",
                "{\"type\":\"T\",\"meta\":{\"timeoutMs\":\"1\"}} | meta.timeoutMs",
                "{\"type\":\"T\",\"meta\":{\"timeoutMs\":1000000000000000}} | meta.timeoutMs",
                "{\"type\":\"T\",\"meta.x\":1,\"meta\":{}} | meta.x",
            })
    void whatBreaksTheEnvelopeIsNamed(String frame, String path) {
        assertThat(scan(frame).violation()).isNotNull().extracting(Issue::path).isEqualTo(path);
    }

    @Test
    void aViolationKeepsTheCorrelationIdForTheAnswer() {
        Envelope envelope = scan("{\"type\":\"T\",\"id\":1,\"meta\":{\"correlationId\":\"c\"}}");

        assertThat(envelope.violation()).isNotNull();
        assertThat(envelope.correlationId()).isEqualTo("c");
    }

    @Test
    void serverKeysInMetaAreNeitherViolationNorExtension() {
        Envelope envelope = scan("{\"type\":\"T\",\"meta\":{\"clientId\":\"spoof\",\"receivedAt\":[]}}");

        assertThat(envelope.violation()).isNull();
        assertThat(envelope.hasExtendedMeta()).isFalse();
    }

    @Test
    void ofAKeyGivenTwiceTheLastCounts() {
        Envelope envelope = scan("{\"type\":1,\"type\":\"A\",\"type\":\"B\",\"payload\":1,\"payload\":2,"
                + "\"meta\":{\"correlationId\":7,\"timeoutMs\":5,\"x\":1},\"meta\":{\"correlationId\":\"c\"}}");

        assertThat(envelope.type()).isEqualTo("B");
        assertThat(envelope.payloadTree().asInt()).isEqualTo(2);
        assertThat(envelope.correlationId()).isEqualTo("c");
        assertThat(envelope.timeoutMs()).isZero();
        assertThat(envelope.hasExtendedMeta()).isFalse();
        assertThat(envelope.violation()).isNull();
        assertThat(scan("{\"type\":\"T\",\"meta\":{\"correlationId\":\"c\"},\"meta\":null}")
                        .correlationId())
                .isNull();
    }

    @Test
    void keysMayBeSpelledWithEscapes() {
        Envelope envelope = scan("{\"\\u0074ype\":\"\\u0041\\n\\ud83d\\ude00\",\"me\\u0074a\":"
                + "{\"correl\\u0061tionId\":\"\\u00e9é\"},\"p\\u0061yload\":[]}");

        assertThat(envelope.type()).isEqualTo("A\n😀");
        assertThat(envelope.correlationId()).isEqualTo("éé");
        assertThat(envelope.hasPayload()).isTrue();
        assertThat(envelope.violation()).isNull();
    }

    @Test
    void anExplicitNullPayloadIsAPayload() {
        assertThat(scan("{\"type\":\"T\",\"payload\":null}").hasPayload()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-0", "1", "-1.5", "1e5", "1E+5", "1e-5", "12345678901234567890", "1e999", "0.0"})
    void numbersOfJsonAreTimestamps(String number) {
        assertThat(scan("{\"type\":\"T\",\"meta\":{\"timestamp\":" + number + "}}")
                        .timestamp())
                .isEqualTo(Double.valueOf(number));
    }

    static Stream<String> notJson() {
        return Stream.of(
                "",
                " ",
                "{",
                "}",
                "{\"type\":\"T\"",
                "{\"type\":\"T\"}}",
                "{\"type\":\"T\"} x",
                "{\"type\":\"T\",}",
                "{,\"type\":\"T\"}",
                "{type:\"T\"}",
                "{'type':'T'}",
                "{\"type\" \"T\"}",
                "{\"type\":\"T\"/**/}",
                "{\"type\":\"T\",\"payload\":}",
                "{\"type\":\"T\",\"payload\":01}",
                "{\"type\":\"T\",\"payload\":1.}",
                "{\"type\":\"T\",\"payload\":.5}",
                "{\"type\":\"T\",\"payload\":+1}",
                "{\"type\":\"T\",\"payload\":1e}",
                "{\"type\":\"T\",\"payload\":-}",
                "{\"type\":\"T\",\"payload\":NaN}",
                "{\"type\":\"T\",\"payload\":tru}",
                "{\"type\":\"T\",\"payload\":[1,]}",
                "{\"type\":\"T\",\"payload\":[1 2]}",
                "{\"type\":\"T\u0000\"}",
                "{\"type\":\"T\n\"}",
                "{\"type\":\"\\x\"}",
                "{\"type\":\"\\u12\"}",
                "{\"type\":\"\\u12G4\"}",
                "{\"type\":\"\\ud800\"}",
                "{\"type\":\"\\udc00\"}",
                "{\"type\":\"\\ud800\\u0041\"}",
                "{\"type\":\"\\ud800x\"}",
                "{\"type\":\"T\",\"meta\":{\"a\":1,}}",
                "\uFEFF{\"type\":\"T\"}");
    }

    @ParameterizedTest
    @MethodSource("notJson")
    void whatIsNotJsonIsRefused(String text) {
        assertThatThrownBy(() -> scan(text))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessage("Invalid JSON");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[1]",
                "\"x\"",
                "7",
                "null",
                "true",
                "{}",
                "{\"type\":1}",
                "{\"type\":null}",
                "{\"type\":\"T\",\"type\":1}",
                "{\"meta\":{\"type\":\"T\"}}",
                "{\"Type\":\"T\"}"
            })
    void jsonThatIsNoObjectWithATextTypeIsRefused(String text) {
        assertThatThrownBy(() -> scan(text))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessage("Message must be a JSON object with a text type");
    }

    @ParameterizedTest
    @ValueSource(strings = {"C0AF", "C3", "ED A0 80", "F4 90 80 80", "80", "FF", "E0 80 80", "F0 80 80 80", "C3 28"})
    void invalidUtf8IsRefused(String hex) {
        byte[] head = "{\"type\":\"T\",\"payload\":\"".getBytes(StandardCharsets.UTF_8);
        String digits = hex.replace(" ", "");
        byte[] bad = new byte[digits.length() / 2];
        for (int i = 0; i < bad.length; i++) {
            bad[i] = (byte) Integer.parseInt(digits, i * 2, i * 2 + 2, 16);
        }
        ByteBuilder frame = new ByteBuilder(0, 64);
        frame.write(head);
        frame.write(bad);
        frame.write("\"}".getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> Envelope.scan(frame.toByteArray())).hasMessage("Invalid JSON");
    }

    @Test
    void nestingIsAcceptedUpToTheLimitAndRefusedByNameBeyond() {
        int inPayload = Json.MAX_DEPTH - 1;
        Envelope deepest = scan("{\"type\":\"T\",\"payload\":" + "[".repeat(inPayload) + "]".repeat(inPayload) + "}");

        assertThat(deepest.payloadTree().isArray()).isTrue();
        assertThatThrownBy(() -> scan(
                        "{\"type\":\"T\",\"payload\":" + "[".repeat(inPayload + 1) + "]".repeat(inPayload + 1) + "}"))
                .hasMessage("JSON nested deeper than 128 levels");
        assertThatThrownBy(() -> scan("{\"type\":\"T\",\"meta\":{\"a\":" + "[".repeat(100_000)))
                .hasMessage("JSON nested deeper than 128 levels");
        assertThatThrownBy(() -> scan("[".repeat(100_000))).hasMessage("JSON nested deeper than 128 levels");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "{\"type\":\"T\",\"meta\":{\"correlationId\":\"c1\"},\"payload\":\"cut o | c1",
                "{\"correlationId\" : \"a\\u0062\" | ab",
                "{\"correlationId\":7,\"x\":{\"correlationId\":\"c2\"} | c2",
                "{\"correlationId\":\"  \"} | none",
                "{\"correlationId\":\"unfinished | none",
                "{\"correlationid\":\"c\"} | none",
                "'' | none",
            })
    void aCorrelationIdIsFishedFromTextThatIsNotParsed(String text, String id) {
        assertThat(Envelope.fishCorrelationId(text.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(id);
    }

    private static Envelope scan(String text) {
        return Envelope.scan(text.getBytes(StandardCharsets.UTF_8));
    }
}
