package dev.stoa.protocol;

import dev.stoa.property.Chance;
import java.util.List;

/// JSON text at random, and text that almost is.
final class RandomJson {
    private static final List<String> SCALARS = List.of(
            "null", "true", "false", "0", "-0", "1", "-12.5", "1e9", "1E-3", "2.5e+10", "9007199254740993", "\"\"");
    private static final List<String> SPACES = List.of("", "", "", " ", "\n", "\t\r ");
    private static final byte[] INTERESTING = {
        '{',
        '}',
        '[',
        ']',
        '"',
        '\\',
        ',',
        ':',
        '0',
        '1',
        '-',
        '+',
        '.',
        'e',
        'u',
        'd',
        't',
        'n',
        ' ',
        '\n',
        0x1F,
        0x7F,
        (byte) 0x80,
        (byte) 0xC3,
        (byte) 0xA9,
        (byte) 0xED,
        (byte) 0xA0,
        (byte) 0xF0,
        (byte) 0x9F,
        (byte) 0xFF
    };

    private RandomJson() {}

    /// A JSON value.
    static String value(Chance chance, int depth) {
        return space(chance)
                + switch (chance.between(0, depth > 0 ? 5 : 3)) {
                    case 0, 1 -> chance.oneOf(SCALARS);
                    case 2, 3 -> text(chance);
                    case 4 -> array(chance, depth - 1);
                    default -> object(chance, depth - 1);
                }
                + space(chance);
    }

    /// The same bytes with a few changes.
    static byte[] mutated(Chance chance, byte[] json) {
        byte[] bytes = json.clone();
        for (int i = chance.between(1, 3); i > 0 && bytes.length > 0; i--) {
            int at = chance.between(0, bytes.length - 1);
            byte other = INTERESTING[chance.between(0, INTERESTING.length - 1)];
            bytes = switch (chance.between(0, 3)) {
                case 0 -> spliced(bytes, at, at + 1);
                case 1 -> spliced(bytes, at, at, other);
                case 2 -> spliced(bytes, at, chance.between(at, Math.min(bytes.length, at + 6)));
                default -> spliced(bytes, at, at + 1, other);
            };
        }
        return bytes;
    }

    private static byte[] spliced(byte[] bytes, int from, int to, byte... with) {
        ByteBuilder out = new ByteBuilder(0, bytes.length + with.length);
        out.write(bytes, 0, from);
        out.write(with);
        out.write(bytes, to, bytes.length - to);
        return out.toByteArray();
    }

    private static String array(Chance chance, int depth) {
        StringBuilder out = new StringBuilder("[");
        for (int i = chance.between(0, 3); i > 0; i--) {
            out.append(value(chance, depth)).append(i > 1 ? "," : "");
        }
        return out.append(out.length() == 1 ? space(chance) : "").append(']').toString();
    }

    private static String object(Chance chance, int depth) {
        StringBuilder out = new StringBuilder("{").append(space(chance));
        for (int i = chance.between(0, 3); i > 0; i--) {
            out.append(text(chance)).append(space(chance)).append(':').append(value(chance, depth));
            out.append(i > 1 ? "," + space(chance) : "");
        }
        return out.append('}').toString();
    }

    private static String text(Chance chance) {
        if (chance.onceIn(4)) {
            return chance.oneOf(List.of(
                    "\"type\"",
                    "\"meta\"",
                    "\"payload\"",
                    "\"\\u0041\\ud83d\\ude00\"",
                    "\"\\/\\b\"",
                    "\"\\ud800\"",
                    "\"\\uDC00a\""));
        }
        return Json.mapper().writeValueAsString(chance.text(6));
    }

    private static String space(Chance chance) {
        return chance.oneOf(SPACES);
    }
}
