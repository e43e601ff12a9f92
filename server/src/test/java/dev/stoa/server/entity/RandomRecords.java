package dev.stoa.server.entity;

import dev.stoa.property.Chance;
import dev.stoa.protocol.RawJson;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Makes records of any type at random, from what their components are. Those that check themselves are tried
/// until they are content, or given a maker of their own. Confined to one thread.
public final class RandomRecords {
    private static final int TRIES = 1000;

    private final Chance chance;
    private final Map<Class<?>, Function<Chance, ?>> makers = new HashMap<>();

    public RandomRecords(Chance chance) {
        this.chance = chance;
    }

    /// Makes values of a type in a way of their own.
    public <T> RandomRecords with(Class<T> type, Function<Chance, T> maker) {
        makers.put(type, maker);
        return this;
    }

    /// @throws AssertionError when nothing at random pleases its constructor
    public <R extends Record> R any(Class<R> type) {
        return type.cast(record(type));
    }

    private Object record(Class<?> type) {
        RuntimeException refusal = null;
        for (int i = 0; i < TRIES; i++) {
            try {
                return attempt(type);
            } catch (IllegalArgumentException refused) {
                refusal = refused;
            }
        }
        throw new AssertionError("nothing pleases " + type, refusal);
    }

    private Object attempt(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            AnnotatedType annotated = components[i].getAnnotatedType();
            values[i] = mayBeNull(annotated) && chance.onceIn(3) ? null : value(components[i].getGenericType());
        }
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException refused) {
            throw new IllegalArgumentException(refused.getCause());
        } catch (ReflectiveOperationException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static boolean mayBeNull(AnnotatedType type) {
        return Arrays.stream(type.getAnnotations())
                .anyMatch(one -> one.annotationType().getSimpleName().equals("Nullable"));
    }

    private Object value(Type type) {
        if (type instanceof ParameterizedType of) {
            return container((Class<?>) of.getRawType(), of.getActualTypeArguments());
        }
        return plain((Class<?>) type);
    }

    private Object container(Class<?> raw, Type[] of) {
        if (raw == Optional.class) {
            return chance.onceIn(2) ? Optional.empty() : Optional.of(value(of[0]));
        }
        List<Object> some = new ArrayList<>();
        for (int i = chance.between(0, 3); i > 0; i--) {
            some.add(value(of[0]));
        }
        if (raw == List.class) {
            return some;
        }
        if (raw == Map.class) {
            Map<Object, Object> map = new HashMap<>();
            some.forEach(key -> map.put(key, value(of[1])));
            return map;
        }
        return new HashSet<>(some);
    }

    private Object plain(Class<?> type) {
        Function<Chance, ?> maker = makers.get(type);
        if (maker != null) {
            return maker.apply(chance);
        }
        if (type.isRecord()) {
            return record(type);
        }
        if (type.isSealed()) {
            return plain(chance.oneOf(List.of(type.getPermittedSubclasses())));
        }
        if (type.isEnum()) {
            return chance.oneOf(List.of(type.getEnumConstants()));
        }
        return switch (type.getName()) {
            case "java.lang.String" -> chance.text(12);
            case "int", "java.lang.Integer" -> (int) number();
            case "long", "java.lang.Long" -> number();
            case "boolean", "java.lang.Boolean" -> chance.onceIn(2);
            case "double", "java.lang.Double" -> Double.longBitsToDouble(chance.any() & 0x7FEF_FFFF_FFFF_FFFFL);
            case "java.time.Instant" -> Instant.ofEpochSecond(chance.between(0, 2_000_000_000), millis());
            case "java.time.Duration" -> Duration.ofSeconds(chance.between(0, 1_000_000), millis());
            case "dev.stoa.protocol.RawJson" -> json(3);
            case "[B" -> chance.text(20).getBytes(java.nio.charset.StandardCharsets.UTF_8);
            default -> throw new AssertionError("no idea how to make a " + type);
        };
    }

    private long millis() {
        return chance.between(0, 999) * 1_000_000L;
    }

    private long number() {
        return switch (chance.between(0, 3)) {
            case 0 -> chance.between(-1, 1);
            case 1 -> chance.between(0, 1000);
            case 2 -> chance.any() >>> chance.between(0, 62);
            default -> chance.oneOf(List.of(Long.MAX_VALUE, Long.MIN_VALUE, (long) Integer.MAX_VALUE));
        };
    }

    private RawJson json(int depth) {
        return switch (chance.between(0, depth > 0 ? 5 : 3)) {
            case 0 -> RawJson.NULL;
            case 1 -> RawJson.of(number());
            case 2 -> RawJson.of(chance.text(8));
            case 3 -> RawJson.of(chance.onceIn(2));
            case 4 -> RawJson.of(List.of(json(depth - 1), json(depth - 1)));
            default -> RawJson.of(Map.of(chance.text(5), json(depth - 1)));
        };
    }
}
