package dev.stoa.protocol;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A short way between JSON and plain records, beside [Json]: it handles the usual case of a usual
/// record and leaves everything else to Jackson, errors included. What it does handle comes out as
/// Jackson would have it.
///
/// A record is usual if its components are texts, whole numbers, doubles, booleans and usual records,
/// and nothing about it is annotated for Jackson. A case is usual if every key is known and given once,
/// no value is null and no text has escapes.
///
/// Immutable and thread-safe.
final class QuickRecord {
    private static final int MAX_NESTING = 8;

    private final Component[] components;
    private final MethodHandle constructor;
    private final long required;

    /// How a component's value is read and written.
    private enum Kind {
        TEXT,
        INT,
        LONG,
        DOUBLE,
        BOOLEAN,
        RECORD
    }

    /// @param name the key in UTF-8, without quotes
    /// @param first the key as it opens an object: `{"name":`
    /// @param later the key as it follows another: `,"name":`
    /// @param accessor takes an Object and returns the component's own type, or Object
    private record Component(
            byte[] name,
            byte[] first,
            byte[] later,
            Kind kind,
            boolean optional,
            MethodHandle accessor,
            @Nullable QuickRecord nested) {}

    private QuickRecord(Component[] components, MethodHandle constructor, long required) {
        this.components = components;
        this.constructor = constructor;
        this.required = required;
    }

    /// Returns null when `type` is not a usual record.
    static @Nullable QuickRecord of(Class<?> type) {
        return of(type, 0);
    }

    private static @Nullable QuickRecord of(Class<?> type, int depth) {
        if (depth > MAX_NESTING || !UsualRecords.includes(type)) {
            return null;
        }
        RecordComponent[] declared = type.getRecordComponents();
        List<Component> components = new ArrayList<>();
        long required = 0;
        try {
            for (int i = 0; i < declared.length; i++) {
                Component component = component(declared[i], depth);
                if (component == null) {
                    return null;
                }
                components.add(component);
                required |= component.optional() ? 0 : 1L << i;
            }
            Constructor<?> canonical = type.getDeclaredConstructors()[0];
            canonical.setAccessible(true);
            MethodHandle constructor = MethodHandles.lookup()
                    .unreflectConstructor(canonical)
                    .asSpreader(Object[].class, declared.length)
                    .asType(MethodType.methodType(Object.class, Object[].class));
            return new QuickRecord(components.toArray(Component[]::new), constructor, required);
        } catch (IllegalAccessException | RuntimeException inaccessible) {
            return null;
        }
    }

    private static @Nullable Component component(RecordComponent declared, int depth) throws IllegalAccessException {
        Kind kind = kindOf(declared.getType());
        QuickRecord nested = kind == Kind.RECORD ? of(declared.getType(), depth + 1) : null;
        if (kind == null || kind == Kind.RECORD && nested == null) {
            return null;
        }
        String name = declared.getName();
        if (!name.chars().allMatch(c -> c < 0x80)) {
            return null;
        }
        Method accessor = declared.getAccessor();
        accessor.setAccessible(true);
        Class<?> result = declared.getType().isPrimitive() ? declared.getType() : Object.class;
        return new Component(
                name.getBytes(StandardCharsets.ISO_8859_1),
                ("{\"" + name + "\":").getBytes(StandardCharsets.ISO_8859_1),
                (",\"" + name + "\":").getBytes(StandardCharsets.ISO_8859_1),
                kind,
                !declared.getType().isPrimitive() && RequiredComponents.mayBeAbsent(declared),
                MethodHandles.lookup().unreflect(accessor).asType(MethodType.methodType(result, Object.class)),
                nested);
    }

    private static @Nullable Kind kindOf(Class<?> type) {
        if (type == String.class) {
            return Kind.TEXT;
        }
        if (type == int.class) {
            return Kind.INT;
        }
        if (type == long.class) {
            return Kind.LONG;
        }
        if (type == double.class) {
            return Kind.DOUBLE;
        }
        if (type == boolean.class) {
            return Kind.BOOLEAN;
        }
        return type.isRecord() ? Kind.RECORD : null;
    }

    /// Reads a record from text that is known to be JSON.
    ///
    /// @param start where its object begins
    /// @return null when this is a case for Jackson
    @Nullable
    Object read(byte[] text, int start, int end) {
        return read(new JsonCursor(text, start, end));
    }

    private @Nullable Object read(JsonCursor in) {
        if (!in.accept('{')) {
            return null;
        }
        Object[] values = new Object[components.length];
        long seen = 0;
        int expected = 0;
        if (!in.accept('}')) {
            do {
                int index = find(in, expected);
                if (index < 0 || (seen & 1L << index) != 0) {
                    return null;
                }
                Object value = readValue(in, components[index]);
                if (value == null) {
                    return null;
                }
                values[index] = value;
                seen |= 1L << index;
                expected = index + 1;
            } while (in.accept(','));
            if (!in.accept('}')) {
                return null;
            }
        }
        if ((seen & required) != required) {
            return null;
        }
        try {
            return (Object) constructor.invokeExact(values);
        } catch (Throwable refused) {
            return null; // Jackson calls the constructor again and reports what it says
        }
    }

    /// The component whose key is next, passed over with its colon; -1 for an unknown one.
    private int find(JsonCursor in, int expected) {
        if (!in.accept('"')) {
            return -1;
        }
        for (int i = 0; i < components.length; i++) {
            int index = expected + i < components.length ? expected + i : expected + i - components.length;
            if (in.acceptKey(components[index].name())) {
                return index;
            }
        }
        return -1;
    }

    private static @Nullable Object readValue(JsonCursor in, Component component) {
        return switch (component.kind()) {
            case TEXT -> in.text();
            case INT -> in.integer();
            case LONG -> in.longInteger();
            case DOUBLE -> in.number();
            case BOOLEAN -> in.bool();
            case RECORD ->
                component.nested() == null ? null : component.nested().read(in);
        };
    }

    /// Writes a record as JSON.
    ///
    /// @return false when this is a case for Jackson; `out` is as it was then
    boolean write(Object value, ByteBuilder out) {
        int mark = out.length();
        try {
            if (writeFields(value, out)) {
                return true;
            }
        } catch (Throwable refused) {
            // Jackson calls the accessor again and reports what it says
        }
        out.truncate(mark);
        return false;
    }

    private boolean writeFields(Object value, ByteBuilder out) throws Throwable {
        boolean first = true;
        for (Component component : components) {
            switch (component.kind()) {
                case INT -> {
                    out.write(first ? component.first() : component.later());
                    out.decimal((int) component.accessor().invokeExact(value));
                }
                case LONG -> {
                    out.write(first ? component.first() : component.later());
                    out.decimal((long) component.accessor().invokeExact(value));
                }
                case BOOLEAN -> {
                    out.write(first ? component.first() : component.later());
                    out.ascii((boolean) component.accessor().invokeExact(value) ? "true" : "false");
                }
                case DOUBLE -> {
                    double number = (double) component.accessor().invokeExact(value);
                    if (!Double.isFinite(number)) {
                        return false;
                    }
                    out.write(first ? component.first() : component.later());
                    out.ascii(Double.toString(number));
                }
                case TEXT, RECORD -> {
                    Object inner = (Object) component.accessor().invokeExact(value);
                    if (inner == null) {
                        if (!component.optional()) {
                            return false;
                        }
                        continue;
                    }
                    out.write(first ? component.first() : component.later());
                    if (!writeObject(component, inner, out)) {
                        return false;
                    }
                }
            }
            first = false;
        }
        if (first) {
            out.write('{');
        }
        out.write('}');
        return true;
    }

    private static boolean writeObject(Component component, Object inner, ByteBuilder out) throws Throwable {
        return component.nested() == null
                ? out.quoted((String) inner)
                : component.nested().writeFields(inner, out);
    }
}
