package dev.stoa.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoa.property.Property;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.json.JsonMapper;

/// Holds our scanner against a strict Jackson parse of strictly decoded UTF-8. The two documented
/// exceptions: nesting (the texts here stay below the limit) and escaped lone surrogates, which Jackson
/// lets pass.
class JsonScanFuzzTest {
    private static final JsonMapper JACKSON = JsonMapper.builder().build();
    private static final Pattern ESCAPED_UNIT = Pattern.compile("\\\\(?:u([0-9a-fA-F]{4})|.)", Pattern.DOTALL);

    @Test
    void acceptsExactlyWhatAStrictParserAccepts() {
        Property.holds(10_000, chance -> {
            byte[] json = RandomJson.value(chance, 4).getBytes(StandardCharsets.UTF_8);
            byte[] text = chance.onceIn(4) ? json : RandomJson.mutated(chance, json);

            assertThat(scans(text)).as(show(text)).isEqualTo(parses(text));
        });
    }

    @Test
    void theEnvelopeAcceptsExactlyTheObjectsWithATextTypeThatAStrictParserAccepts() {
        Property.holds(10_000, chance -> {
            String frame = "{\"type\":" + (chance.onceIn(8) ? RandomJson.value(chance, 1) : "\"T\"")
                    + (chance.onceIn(3) ? "" : ",\"meta\":" + RandomJson.value(chance, 3))
                    + (chance.onceIn(3) ? "" : ",\"payload\":" + RandomJson.value(chance, 3)) + "}";
            byte[] text = frame.getBytes(StandardCharsets.UTF_8);
            byte[] bytes = chance.onceIn(3) ? text : RandomJson.mutated(chance, text);
            Envelope envelope = scanOrNull(bytes);

            boolean wanted = parses(bytes) && isTyped(bytes);
            assertThat(envelope != null).as(show(bytes)).isEqualTo(wanted);
            if (envelope != null) {
                var tree = JACKSON.readTree(new String(bytes, StandardCharsets.UTF_8));
                assertThat(envelope.type()).isEqualTo(tree.get("type").asString());
                assertThat(envelope.payloadTree()).isEqualTo(tree.get("payload"));
                assertThat(envelope.metaTree())
                        .isEqualTo(tree.path("meta").isObject() ? tree.get("meta") : JACKSON.createObjectNode());
            }
        });
    }

    private static boolean scans(byte[] text) {
        int end = JsonScan.skipValue(text, JsonScan.skipSpace(text, 0, text.length), text.length, 0);
        return end >= 0 && JsonScan.skipSpace(text, end, text.length) == text.length;
    }

    private static Envelope scanOrNull(byte[] text) {
        try {
            return Envelope.scan(text);
        } catch (InvalidMessageException refused) {
            return null;
        }
    }

    private static boolean parses(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            int values = 0;
            int depth = 0;
            try (JsonParser parser = JACKSON.createParser(text)) {
                for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
                    depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                    values += depth == 0 ? 1 : 0;
                    parser.getString();
                }
            }
            return values == 1 && !hasEscapeWeRefuse(text);
        } catch (CharacterCodingException | JacksonException refused) {
            return false;
        }
    }

    private static boolean isTyped(byte[] bytes) {
        var tree = JACKSON.readTree(new String(bytes, StandardCharsets.UTF_8));
        return tree.isObject() && tree.path("type").isString();
    }

    private static boolean hasEscapeWeRefuse(String text) {
        var escapes = ESCAPED_UNIT.matcher(text);
        int highEnd = -1;
        while (escapes.find()) {
            if (escapes.group().equals("\\u")) {
                return true; // Jackson takes a character for a hexadecimal digit by its low byte alone
            }
            int unit = escapes.group(1) == null ? 0 : Integer.parseInt(escapes.group(1), 16);
            boolean low = Character.isLowSurrogate((char) unit);
            if (highEnd >= 0 && !(low && escapes.start() == highEnd) || highEnd < 0 && low) {
                return true;
            }
            highEnd = Character.isHighSurrogate((char) unit) ? escapes.end() : -1;
        }
        return highEnd >= 0;
    }

    private static String show(byte[] text) {
        return new String(text, StandardCharsets.ISO_8859_1);
    }
}
