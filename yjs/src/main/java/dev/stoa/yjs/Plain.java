package dev.stoa.yjs;

import dev.stoa.yjs.lib0.Any;
import dev.stoa.yjs.lib0.ByteReader;
import dev.stoa.yjs.lib0.JsNumbers;
import dev.stoa.yjs.lib0.Json;
import dev.stoa.yjs.lib0.ValueList;
import dev.stoa.yjs.lib0.ValueMap;
import dev.stoa.yjs.store.TypeNode;
import dev.stoa.yjs.wire.Contents;
import dev.stoa.yjs.wire.JsonValue;
import dev.stoa.yjs.wire.Mark;
import dev.stoa.yjs.wire.Values;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Values on their way in and out: copied, checked, in one Java form each.
final class Plain {
    private static final int MOST_LEVELS = 100;

    private Plain() {}

    /// A value as a document keeps it: unmodifiable, numbers as Long or Double.
    ///
    /// @throws IllegalArgumentException for what a document cannot hold
    static @Nullable Object in(@Nullable Object value) {
        return in(value, 0);
    }

    private static @Nullable Object in(@Nullable Object value, int depth) {
        if (depth > MOST_LEVELS) {
            throw new IllegalArgumentException("a value is nested deeper than " + MOST_LEVELS + " levels");
        }
        return switch (value) {
            case null -> null;
            case String text -> text;
            case Boolean flag -> flag;
            case Long number -> whole(number);
            case Integer number -> number.longValue();
            case Short number -> number.longValue();
            case Byte number -> number.longValue();
            case Double number -> Any.number(number);
            case Float number -> Any.number(number);
            case Undefined undefined -> undefined;
            case BigInteger big -> big64(big);
            case byte[] bytes -> bytes.clone();
            case List<?> list ->
                new ValueList(
                        list.stream().map(element -> in(element, depth + 1)).toArray());
            case Map<?, ?> map ->
                ValueMap.of(map.entrySet().stream()
                        .flatMap(entry -> Stream.of(key(entry.getKey()), in(entry.getValue(), depth + 1)))
                        .toArray());
            default ->
                throw new IllegalArgumentException(
                        "a document cannot hold a value of " + value.getClass().getName());
        };
    }

    private static Object whole(long number) {
        if (Math.abs(number) > ByteReader.MAX_SAFE) {
            throw new IllegalArgumentException("the integer " + number + " exceeds 2^53-1; use a BigInteger");
        }
        return number;
    }

    private static Object big64(BigInteger big) {
        if (big.bitLength() > 63) {
            throw new IllegalArgumentException("the integer " + big + " exceeds 64 bits");
        }
        return big;
    }

    private static String key(@Nullable Object key) {
        if (key instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("a key of a map is no text: " + key);
    }

    /// A value for a list or a key: what a document keeps, byte[] copied, or a [Subdocument].
    static @Nullable Object element(@Nullable Object value) {
        return value instanceof Subdocument ? value : in(value);
    }

    static Map<String, @Nullable Object> attributes(Map<String, ? extends @Nullable Object> attributes) {
        Map<String, @Nullable Object> copy = LinkedHashMap.newLinkedHashMap(attributes.size());
        attributes.forEach((key, value) -> copy.put(key, json(value)));
        return copy;
    }

    /// A value that JSON can hold too, as v1 writes it.
    static @Nullable Object json(@Nullable Object value) {
        Object plain = in(value);
        if (plain == Undefined.UNDEFINED || holdsBig(plain)) {
            throw new IllegalArgumentException("JSON cannot hold " + plain);
        }
        return plain;
    }

    private static boolean holdsBig(@Nullable Object value) {
        return switch (value) {
            case BigInteger ignored -> true;
            case List<?> list -> list.stream().anyMatch(Plain::holdsBig);
            case Map<?, ?> map -> map.values().stream().anyMatch(Plain::holdsBig);
            case null -> false;
            default -> false;
        };
    }

    /// The value of one unit of a content.
    static @Nullable Object out(YDoc doc, int ref, @Nullable Object content, int offset) {
        return switch (content) {
            case Values values -> ref == Contents.JSON ? legacy(values.get(offset)) : copy(values.get(offset));
            case CharSequence text -> String.valueOf(text.charAt(offset));
            case JsonValue embed -> embed.value();
            case byte[] bytes -> bytes.clone();
            case TypeNode node -> doc.view(node);
            case Subdocument subdocument -> subdocument;
            case Mark ignored -> Undefined.UNDEFINED; // under a key, where no editor puts one
            case null -> null;
            default -> throw new IllegalStateException("no value: " + content.getClass());
        };
    }

    private static @Nullable Object copy(@Nullable Object value) {
        return value instanceof byte[] bytes ? bytes.clone() : value;
    }

    private static @Nullable Object legacy(@Nullable Object text) {
        return "undefined".equals(text) ? Undefined.UNDEFINED : Json.parse(String.valueOf(text), Limits.MOST_NESTING);
    }

    /// What JavaScript makes of a value where it wants text.
    static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case Double number -> JsNumbers.text(number);
            case Long number -> Math.abs(number) > 1L << 31 ? JsNumbers.text(number) : number.toString();
            case List<?> list ->
                list.stream()
                        .map(element -> element == null || element == Undefined.UNDEFINED ? "" : text(element))
                        .collect(Collectors.joining(","));
            case Map<?, ?> ignored -> "[object Object]";
            case byte[] bytes -> {
                StringBuilder joined = new StringBuilder();
                for (int i = 0; i < bytes.length; i++) {
                    joined.append(i == 0 ? "" : ",").append(bytes[i] & 0xff);
                }
                yield joined.toString();
            }
            default -> value.toString();
        };
    }
}
