package dev.stoa.yjs.wire;

import dev.stoa.yjs.Limits;
import dev.stoa.yjs.Subdocument;
import dev.stoa.yjs.UpdateException;
import dev.stoa.yjs.lib0.Any;
import dev.stoa.yjs.lib0.Json;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The ten kinds of content. In Java: deleted null, JSON (texts) and any [Values], binary byte[],
/// string CharSequence, embed [JsonValue], format [Mark], type [TypeContent], subdocument
/// [Subdocument].
public final class Contents {
    public static final int GC = 0;
    public static final int DELETED = 1;
    public static final int JSON = 2;
    public static final int BINARY = 3;
    public static final int STRING = 4;
    public static final int EMBED = 5;
    public static final int FORMAT = 6;
    public static final int TYPE = 7;
    public static final int ANY = 8;
    public static final int SUBDOCUMENT = 9;
    public static final int SKIP = 10;

    private static final char REPLACEMENT = '\uFFFD';

    private Contents() {}

    /// Whether units of this kind count in their list's length and index.
    public static boolean counts(int ref) {
        return ref != DELETED && ref != FORMAT && ref != GC;
    }

    /// Whether two neighbours of this kind may become one.
    public static boolean joins(int ref) {
        return ref == STRING || ref == DELETED || ref == ANY || ref == JSON;
    }

    static @Nullable Object read(UpdateReader in, int ref, int length, Limits limits) {
        return switch (ref) {
            case JSON -> {
                @Nullable Object[] texts = new Object[Math.min(length, 8)];
                for (int i = 0; i < length; i++) {
                    if (i == texts.length) {
                        texts = Arrays.copyOf(texts, Math.min(length, i * 2));
                    }
                    String text = in.string();
                    if (!text.equals("undefined")) {
                        Json.check(text, limits.nesting());
                    }
                    texts[i] = text;
                }
                yield new Values(texts);
            }
            case ANY -> new Values(Any.values(in.rest(), length, limits.nesting()));
            case BINARY -> in.bytes();
            case EMBED -> in.json(limits.nesting());
            case FORMAT -> new Mark(in.key(), in.json(limits.nesting()));
            case TYPE -> type(in);
            case SUBDOCUMENT -> new Subdocument(in.string(), options(in.any(limits.nesting())));
            default -> throw UpdateException.unsupported("a struct has the unknown content " + ref);
        };
    }

    private static TypeContent type(UpdateReader in) {
        long ref = in.typeRef();
        if (ref > TypeContent.XML_TEXT) {
            throw UpdateException.unsupported("a type has the unknown kind " + ref);
        }
        return new TypeContent.Seed((int) ref, TypeContent.hasName((int) ref) ? in.key() : "");
    }

    @SuppressWarnings("unchecked")
    private static Map<String, @Nullable Object> options(@Nullable Object any) {
        if (any instanceof Map<?, ?> map) {
            return (Map<String, @Nullable Object>) map;
        }
        throw UpdateException.malformed("the options of a subdocument are not an object");
    }

    /// Writes a content from an offset on.
    public static void write(UpdateWriter out, int ref, @Nullable Object content, int offset, int length) {
        switch (content) {
            case null -> out.length(length - offset);
            case CharSequence text -> out.string(text, offset, length);
            case Values values -> {
                out.length(length - offset);
                for (int i = offset; i < length; i++) {
                    if (ref == JSON) {
                        out.string(String.valueOf(values.get(i)));
                    } else {
                        out.any(values.get(i));
                    }
                }
            }
            case Mark mark -> {
                out.key(mark.key());
                out.json(mark.value());
            }
            case TypeContent type -> {
                out.typeRef(type.typeRef());
                if (TypeContent.hasName(type.typeRef())) {
                    out.key(type.typeName());
                }
            }
            case JsonValue embed -> out.json(embed);
            case byte[] bytes -> out.bytes(bytes);
            case Subdocument subdocument -> {
                out.string(subdocument.guid());
                out.any(subdocument.options());
            }
            default -> throw new IllegalStateException("no content: " + content.getClass());
        }
    }

    /// The part of a content before an offset.
    public static @Nullable Object until(@Nullable Object content, int offset) {
        return switch (content) {
            case CharSequence text ->
                cutsPair(text, offset)
                        ? text.subSequence(0, offset - 1).toString() + REPLACEMENT
                        : TextSlice.of(text, 0, offset);
            case Values values -> values.until(offset);
            case null -> null;
            default -> content;
        };
    }

    /// The part of a content from an offset on.
    public static @Nullable Object from(@Nullable Object content, int offset) {
        return switch (content) {
            case CharSequence text ->
                cutsPair(text, offset)
                        ? REPLACEMENT
                                + text.subSequence(offset + 1, text.length()).toString()
                        : TextSlice.of(text, offset, text.length());
            case Values values -> values.from(offset);
            case null -> null;
            default -> content;
        };
    }

    /// yjs looks at the left half alone.
    private static boolean cutsPair(CharSequence text, int offset) {
        return Character.isHighSurrogate(text.charAt(offset - 1));
    }
}
