package dev.stoa.server.document.lww;

import dev.stoa.property.Chance;
import dev.stoa.protocol.ByteBuilder;
import dev.stoa.protocol.RawJson;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Patches as busy and careless clients send them, on few keys, so that they meet.
final class RandomPatches {
    private static final List<String> KEYS = List.of("a/p", "a/q", "b/p", "SINGLETON/s", "ü \"k\"", "\ud83d\ude00", "");
    private static final List<String> FIELDS = List.of("x", "y", "points", "_version", "näm\"e");
    private static final List<String> VALUES = List.of(
            "0",
            "-1.5",
            "1e21",
            "0.10000000149011612",
            "null",
            "true",
            "\"t\\ud800\"",
            "\"é\"",
            "[]",
            "{}",
            "[1,[2],{\"a\":\"]\"}]",
            "{\"__buf\":2,\"len\":1}",
            "12345678901234567890");

    private final Chance chance;

    RandomPatches(Chance chance) {
        this.chance = chance;
    }

    String list() {
        StringBuilder list = new StringBuilder("[");
        for (int i = chance.between(0, 2); i >= 0; i--) {
            list.append(patch()).append(i > 0 ? "," : "");
        }
        return list.append(']').toString();
    }

    private String patch() {
        StringBuilder patch = new StringBuilder("{");
        for (int i = chance.between(0, 3); i > 0; i--) {
            patch.append(quoted(chance.oneOf(KEYS))).append(':').append(entry()).append(i > 1 ? "," : "");
        }
        return patch.append('}').toString();
    }

    private String entry() {
        return switch (chance.between(0, 5)) {
            case 0 -> "{\"_exists\":false}";
            case 1, 2 -> "{\"_exists\":true" + fields(",") + "}";
            case 3 -> "{\"_exists\":\"no\"" + fields(",") + "}";
            default -> {
                String fields = fields("");
                yield "{" + fields + "}";
            }
        };
    }

    private String fields(String before) {
        StringBuilder fields = new StringBuilder();
        for (int i = chance.between(0, 3); i > 0; i--) {
            fields.append(fields.isEmpty() ? before : ",")
                    .append(quoted(chance.oneOf(FIELDS)))
                    .append(':')
                    .append(value());
        }
        return fields.toString();
    }

    private String value() {
        return chance.onceIn(4) ? delta() : chance.onceIn(4) ? array() : chance.oneOf(VALUES);
    }

    private String array() {
        StringBuilder array = new StringBuilder("[");
        for (int i = chance.between(0, 5); i > 0; i--) {
            array.append(chance.between(-9, 9)).append(i > 1 ? "," : "");
        }
        return array.append(']').toString();
    }

    private String delta() {
        StringBuilder runs = new StringBuilder("[");
        for (int i = chance.between(0, 2); i > 0; i--) {
            runs.append('[')
                    .append(chance.between(-2, 6))
                    .append(',')
                    .append(array())
                    .append(']')
                    .append(i > 1 ? "," : "");
        }
        return "{\"__buf\":1,\"len\":" + chance.between(0, 7) + ",\"runs\":" + runs + "]}";
    }

    static String quoted(String text) {
        ByteBuilder out = new ByteBuilder(0, 16);
        JsonText.quote(text, out);
        return new String(out.toByteArray(), StandardCharsets.UTF_8);
    }

    static RawJson raw(byte[] utf8) {
        return RawJson.trusted(utf8);
    }
}
