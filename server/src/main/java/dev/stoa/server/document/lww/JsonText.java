package dev.stoa.server.document.lww;

import dev.stoa.protocol.ByteBuilder;
import dev.stoa.protocol.Json;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A walk over one JSON text in UTF-8 that hands out positions, so that values can be kept as the text
/// they are.
///
/// Reads what RFC 8259 calls JSON, nested at most [Json#MAX_DEPTH] deep. Escaped lone surrogates pass,
/// which strings of JavaScript may hold: only the escape can carry them, so [#quote] writes it again.
/// Bytes that are not UTF-8 do not pass.
///
/// Confined to one thread. Every method throws [MalformedJsonException] where the text is not what it
/// asks for.
public final class JsonText {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.ISO_8859_1);

    private final byte[] b;
    private final int end;
    private int p;
    private int depth;
    /// Whether nothing was read yet of the object or array that was entered last.
    private boolean fresh;

    private boolean spaced;

    public JsonText(byte[] text) {
        this(text, 0, text.length);
    }

    /// @param to the position behind the last byte
    public JsonText(byte[] text, int from, int to) {
        this.b = text;
        this.p = from;
        this.end = to;
    }

    /// Whether blanks between tokens were met so far.
    public boolean isSpaced() {
        return spaced;
    }

    /// The position behind what was read.
    public int position() {
        return p;
    }

    /// The position of the next token.
    public int next() {
        skipSpace();
        return p;
    }

    /// The first byte of the next token; 0 at the end.
    public byte peek() {
        skipSpace();
        return p < end ? b[p] : 0;
    }

    // Structures

    /// Goes into the object that comes next.
    public void enterObject() {
        enter('{');
    }

    /// Goes into the array that comes next.
    public void enterArray() {
        enter('[');
    }

    private void enter(char bracket) {
        if (peek() != bracket) {
            throw malformed(bracket == '{' ? "an object" : "an array");
        }
        if (++depth > Json.MAX_DEPTH) {
            throw new MalformedJsonException("nested deeper than " + Json.MAX_DEPTH);
        }
        p++;
        fresh = true;
    }

    /// In an object: the name of the next member, whose value comes next; null when the object is over,
    /// which is left then.
    public @Nullable String nextName() {
        if (isOver('}')) {
            return null;
        }
        String name = string();
        if (peek() != ':') {
            throw malformed("a colon");
        }
        p++;
        return name;
    }

    /// In an array: whether an element comes next. At the end the array is left.
    public boolean nextElement() {
        return !isOver(']');
    }

    private boolean isOver(char bracket) {
        byte c = peek();
        if (c == bracket) {
            p++;
            depth--;
            fresh = false;
            return true;
        }
        if (!fresh) {
            if (c != ',') {
                throw malformed("a comma or " + bracket);
            }
            p++;
        }
        fresh = false;
        return false;
    }

    /// Nothing but blanks may follow.
    public void end() {
        if (next() != end) {
            throw malformed("the end");
        }
    }

    // Values

    /// Passes over the value that comes next.
    public void skip() {
        int levels = depth;
        skipValue();
        depth = levels;
        fresh = false;
    }

    private void skipValue() {
        switch (peek()) {
            case '{' -> {
                enterObject();
                while (!isOver('}')) {
                    skipString();
                    if (peek() != ':') {
                        throw malformed("a colon");
                    }
                    p++;
                    skipValue();
                }
            }
            case '[' -> {
                enterArray();
                while (!isOver(']')) {
                    skipValue();
                }
            }
            case '"' -> skipString();
            case 't' -> literal("true");
            case 'f' -> literal("false");
            case 'n' -> literal("null");
            default -> skipNumber();
        }
        fresh = false;
    }

    /// Whether the bytes from `from` on are those of `text`, and no more.
    public static boolean is(byte[] bytes, int from, int to, byte[] text) {
        return Arrays.equals(bytes, from, to, text, 0, text.length);
    }

    /// Reads a string.
    public String string() {
        skipSpace();
        int start = p + 1;
        boolean plain = skipString();
        fresh = false;
        return plain ? new String(b, start, p - 1 - start, StandardCharsets.ISO_8859_1) : decode(b, start, p - 1);
    }

    /// Reads a number.
    public double number() {
        skipSpace();
        int start = p;
        skipNumber();
        fresh = false;
        return Double.parseDouble(new String(b, start, p - start, StandardCharsets.ISO_8859_1));
    }

    private void literal(String text) {
        int length = text.length();
        if (p + length > end) {
            throw malformed(text);
        }
        for (int i = 0; i < length; i++) {
            if (b[p + i] != text.charAt(i)) {
                throw malformed(text);
            }
        }
        p += length;
    }

    private void skipNumber() {
        if (p < end && b[p] == '-') {
            p++;
        }
        if (p < end && b[p] == '0') {
            p++;
        } else {
            digits();
        }
        if (p < end && b[p] == '.') {
            p++;
            digits();
        }
        if (p < end && (b[p] | 0x20) == 'e') {
            p++;
            if (p < end && (b[p] == '+' || b[p] == '-')) {
                p++;
            }
            digits();
        }
    }

    private void digits() {
        int start = p;
        while (p < end && b[p] >= '0' && b[p] <= '9') {
            p++;
        }
        if (p == start) {
            throw malformed("a value");
        }
    }

    /// @return whether it is ASCII without escapes
    private boolean skipString() {
        if (peek() != '"') {
            throw malformed("a string");
        }
        p++;
        boolean plain = true;
        while (p < end) {
            byte c = b[p];
            if (c == '"') {
                p++;
                return plain;
            }
            if (c >= 0 && c < ' ') {
                throw malformed("no control character in a string");
            }
            if (c == '\\') {
                plain = false;
                skipEscape();
            } else if (c < 0) {
                plain = false;
                skipMultiByte();
            } else {
                p++;
            }
        }
        throw malformed("the end of a string");
    }

    private void skipEscape() {
        p++;
        byte c = p < end ? b[p] : 0;
        switch (c) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> p++;
            case 'u' -> {
                for (int i = 1; i <= 4; i++) {
                    if (p + i >= end || b[p + i] < 0 || Character.digit(b[p + i], 16) < 0) {
                        throw malformed("four hexadecimal digits");
                    }
                }
                p += 5;
            }
            default -> throw malformed("an escape");
        }
    }

    private void skipMultiByte() {
        int lead = b[p] & 0xFF;
        int length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        if (lead < 0xC2 || lead > 0xF4 || p + length > end) {
            throw malformed("UTF-8");
        }
        int second = b[p + 1] & 0xFF;
        int lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        int highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        if (second < lowest || second > highest) {
            throw malformed("UTF-8");
        }
        for (int i = 2; i < length; i++) {
            if ((b[p + i] & 0xC0) != 0x80) {
                throw malformed("UTF-8");
            }
        }
        p += length;
    }

    private void skipSpace() {
        while (p < end) {
            byte c = b[p];
            if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
                return;
            }
            spaced = true;
            p++;
        }
    }

    private MalformedJsonException malformed(String expected) {
        return new MalformedJsonException("not JSON: expected " + expected + " at byte " + p);
    }

    // Strings

    /// @param from behind the opening quote of a string that was passed over
    private static String decode(byte[] b, int from, int to) {
        StringBuilder text = new StringBuilder(to - from);
        int plainFrom = from;
        int p = from;
        while (p < to) {
            if (b[p] != '\\') {
                p++;
                continue;
            }
            text.append(new String(b, plainFrom, p - plainFrom, StandardCharsets.UTF_8));
            byte c = b[p + 1];
            p += 2;
            switch (c) {
                case 'b' -> text.append('\b');
                case 'f' -> text.append('\f');
                case 'n' -> text.append('\n');
                case 'r' -> text.append('\r');
                case 't' -> text.append('\t');
                case 'u' -> {
                    int unit = 0;
                    for (int i = 0; i < 4; i++) {
                        unit = unit << 4 | Character.digit(b[p + i], 16);
                    }
                    text.append((char) unit);
                    p += 4;
                }
                default -> text.append((char) c);
            }
            plainFrom = p;
        }
        return text.append(new String(b, plainFrom, to - plainFrom, StandardCharsets.UTF_8))
                .toString();
    }

    /// Writes a string with its quotes; a lone surrogate as its escape.
    public static void quote(String text, ByteBuilder out) {
        out.write('"');
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit == '"' || unit == '\\') {
                out.write('\\');
                out.write(unit);
            } else if (unit < ' ') {
                escape(unit, out);
            } else if (unit < 0x80) {
                out.write(unit);
            } else if (unit < 0x800) {
                out.write(0xC0 | unit >> 6);
                out.write(0x80 | unit & 0x3F);
            } else if (!Character.isSurrogate(unit)) {
                out.write(0xE0 | unit >> 12);
                out.write(0x80 | unit >> 6 & 0x3F);
                out.write(0x80 | unit & 0x3F);
            } else if (Character.isHighSurrogate(unit)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                int point = Character.toCodePoint(unit, text.charAt(++i));
                out.write(0xF0 | point >> 18);
                out.write(0x80 | point >> 12 & 0x3F);
                out.write(0x80 | point >> 6 & 0x3F);
                out.write(0x80 | point & 0x3F);
            } else {
                escape(unit, out);
            }
        }
        out.write('"');
    }

    private static void escape(char unit, ByteBuilder out) {
        out.write('\\');
        out.write('u');
        for (int shift = 12; shift >= 0; shift -= 4) {
            out.write(HEX[unit >> shift & 0xF]);
        }
    }

    /// A copy of valid JSON without blanks between tokens.
    static byte[] compact(byte[] json, int from, int to) {
        byte[] out = new byte[to - from];
        int length = 0;
        boolean quoted = false;
        for (int i = from; i < to; i++) {
            byte c = json[i];
            if (quoted) {
                out[length++] = c;
                if (c == '\\') {
                    out[length++] = json[++i];
                } else if (c == '"') {
                    quoted = false;
                }
            } else if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
                out[length++] = c;
                quoted = c == '"';
            }
        }
        return Arrays.copyOf(out, length);
    }
}
