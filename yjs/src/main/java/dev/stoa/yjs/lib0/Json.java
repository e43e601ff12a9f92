package dev.stoa.yjs.lib0;

import dev.stoa.yjs.Undefined;
import dev.stoa.yjs.UpdateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// JSON text as JavaScript reads and writes it: the values of embeds, format marks and legacy content
/// in v1.
public final class Json {
    private final String text;
    private final int nesting;
    private final boolean keep;
    private int at;

    private Json(String text, int nesting, boolean keep) {
        this.text = text;
        this.nesting = nesting;
        this.keep = keep;
    }

    /// Refuses what JavaScript would not parse, without building the value.
    public static void check(String text, int nesting) {
        if (text.equals("true") || text.equals("null")) {
            return;
        }
        new Json(text, nesting, false).whole();
    }

    public static @Nullable Object parse(String text, int nesting) {
        return new Json(text, nesting, true).whole();
    }

    private @Nullable Object whole() {
        Object value = value(0);
        blank();
        if (at < text.length()) {
            throw bad("more text");
        }
        return value;
    }

    private @Nullable Object value(int depth) {
        blank();
        if (at == text.length()) {
            throw bad("no value");
        }
        char c = text.charAt(at);
        return switch (c) {
            case '{' -> object(Any.deeper(depth, nesting));
            case '[' -> array(Any.deeper(depth, nesting));
            case '"' -> string();
            case 't' -> word("true", Boolean.TRUE);
            case 'f' -> word("false", Boolean.FALSE);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private @Nullable Object word(String word, @Nullable Object value) {
        if (!text.startsWith(word, at)) {
            throw bad("an unknown word");
        }
        at += word.length();
        return value;
    }

    private Object array(int depth) {
        at++;
        List<@Nullable Object> values = new ArrayList<>();
        blank();
        if (peek() == ']') {
            at++;
            return ValueList.EMPTY;
        }
        while (true) {
            Object value = value(depth);
            if (keep) {
                values.add(value);
            }
            if (next(']') == ']') {
                return new ValueList(values.toArray());
            }
        }
    }

    private Object object(int depth) {
        at++;
        List<@Nullable Object> pairs = new ArrayList<>();
        blank();
        if (peek() == '}') {
            at++;
            return ValueMap.EMPTY;
        }
        while (true) {
            blank();
            if (peek() != '"') {
                throw bad("no key");
            }
            String key = string();
            blank();
            if (peek() != ':') {
                throw bad("no colon");
            }
            at++;
            Object value = value(depth);
            if (keep) {
                pairs.add(key);
                pairs.add(value);
            }
            if (next('}') == '}') {
                return ValueMap.of(pairs.toArray());
            }
        }
    }

    /// Steps over a comma or the bracket that closes this value.
    private char next(char close) {
        blank();
        char c = peek();
        if (c != ',' && c != close) {
            throw bad("no comma");
        }
        at++;
        return c;
    }

    private String string() {
        int from = ++at;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '"') {
                String plain = keep ? text.substring(from, at) : "";
                at++;
                return plain;
            }
            if (c == '\\') {
                return escaped(from);
            }
            if (c < ' ') {
                throw bad("a control character");
            }
            at++;
        }
        throw bad("an open string");
    }

    private String escaped(int from) {
        StringBuilder string = new StringBuilder().append(text, from, at);
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return string.toString();
            }
            if (c < ' ') {
                throw bad("a control character");
            }
            string.append(c == '\\' ? escape() : c);
        }
        throw bad("an open string");
    }

    private char escape() {
        char c = peek();
        at++;
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                int value = 0;
                for (int i = 0; i < 4; i++) {
                    int digit =
                            at < text.length() && text.charAt(at) < 0x80 ? Character.digit(text.charAt(at), 16) : -1;
                    if (digit < 0) {
                        throw bad("an unknown escape");
                    }
                    value = value << 4 | digit;
                    at++;
                }
                yield (char) value;
            }
            default -> throw bad("an unknown escape");
        };
    }

    private Object number() {
        int from = at;
        if (peek() == '-') {
            at++;
        }
        int whole = at;
        digits();
        if (text.charAt(whole) == '0' && at - whole > 1) {
            throw bad("a number with a leading zero");
        }
        if (at < text.length() && text.charAt(at) == '.') {
            at++;
            digits();
        }
        if (at < text.length() && (text.charAt(at) | 0x20) == 'e') {
            at++;
            if (at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
                at++;
            }
            digits();
        }
        return keep ? Any.number(Double.parseDouble(text.substring(from, at))) : Boolean.TRUE;
    }

    private void digits() {
        int from = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        if (at == from) {
            throw bad("no number");
        }
    }

    private void blank() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
                return;
            }
            at++;
        }
    }

    private char peek() {
        if (at == text.length()) {
            throw bad("an early end");
        }
        return text.charAt(at);
    }

    private UpdateException bad(String what) {
        return UpdateException.malformed("JSON has " + what + " at character " + at);
    }

    /// The text that JavaScript would write; what has no JSON form (undefined, a big integer) is
    /// refused at the top and left out or null inside, as there.
    public static String write(@Nullable Object value) {
        StringBuilder out = new StringBuilder();
        write(out, value);
        return out.toString();
    }

    private static void write(StringBuilder out, @Nullable Object value) {
        switch (value) {
            case null -> out.append("null");
            case String string -> quote(out, string);
            case Double number -> number(out, number);
            case Float number -> number(out, number);
            case Number number -> out.append(number);
            case Boolean flag -> out.append(flag.booleanValue());
            case List<?> list -> {
                out.append('[');
                for (int i = 0; i < list.size(); i++) {
                    out.append(i == 0 ? "" : ",");
                    write(out, hasNoForm(list.get(i)) ? null : list.get(i));
                }
                out.append(']');
            }
            case Map<?, ?> map -> {
                char before = '{';
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    if (!hasNoForm(entry.getValue())) {
                        out.append(before);
                        quote(out, (String) entry.getKey());
                        out.append(':');
                        write(out, entry.getValue());
                        before = ',';
                    }
                }
                out.append(before == '{' ? "{}" : "}");
            }
            case byte[] bytes -> {
                // what JavaScript makes of a Uint8Array
                for (int i = 0; i < bytes.length; i++) {
                    out.append(i == 0 ? "{" : ",")
                            .append('"')
                            .append(i)
                            .append("\":")
                            .append(bytes[i] & 0xff);
                }
                out.append(bytes.length == 0 ? "{}" : "}");
            }
            default ->
                throw new IllegalArgumentException(
                        "a value of " + value.getClass().getName() + " has no JSON form");
        }
    }

    private static boolean hasNoForm(@Nullable Object value) {
        return value == Undefined.UNDEFINED;
    }

    private static void quote(StringBuilder out, String string) {
        out.append('"');
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    boolean high = Character.isHighSurrogate(c);
                    if (high && i + 1 < string.length() && Character.isLowSurrogate(string.charAt(i + 1))) {
                        out.append(c).append(string.charAt(++i));
                    } else if (c < ' ' || Character.isSurrogate(c)) {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    private static void number(StringBuilder out, double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            out.append("null");
        } else {
            out.append(JsNumbers.text(value));
        }
    }
}
